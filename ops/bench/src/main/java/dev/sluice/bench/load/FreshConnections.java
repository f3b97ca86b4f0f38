package dev.sluice.bench.load;

import io.netty.channel.ChannelFuture;
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
    connect
        .apply(connection)
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                // Netty tells on a thread of its own that there is no file descriptor left.
                loop.execute(
                    () -> exchange.failed("no connection: " + connected.cause().getMessage()));
              }
            });
  }
}
