package dev.sluice.bench.load;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * A new connection for each request; the time to connect counts.
 *
 * <p>Threading: for the event loop's thread.
 */
final class FreshConnections implements HttpConnections {
  private final Function<HttpConnection, ChannelFuture> connect;
  private final HttpTarget target;
  private final Executor loop;
  private final Set<Channel> open = new HashSet<>();

  FreshConnections(
      Function<HttpConnection, ChannelFuture> connect, HttpTarget target, Executor loop) {
    this.connect = connect;
    this.target = target;
    this.loop = loop;
  }

  @Override
  public void send(HttpExchange exchange) {
    HttpConnection connection =
        new HttpConnection(target, false, open -> open.send(exchange), () -> {});
    ChannelFuture connecting = connect.apply(connection);
    Channel channel = connecting.channel();
    open.add(channel);
    channel.closeFuture().addListener(closed -> loop.execute(() -> open.remove(channel)));
    connecting.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            // Netty tells on a thread of its own that there is no file descriptor left.
            loop.execute(() -> exchange.failed("no connection: " + connected.cause().getMessage()));
          }
        });
  }

  @Override
  public void close() {
    Set.copyOf(open).forEach(Channel::close);
  }
}
