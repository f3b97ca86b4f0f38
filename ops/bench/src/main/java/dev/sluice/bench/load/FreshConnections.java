package dev.sluice.bench.load;

import io.netty.channel.ChannelFuture;
import java.util.function.Function;

/**
 * A new connection for each request; the time to connect counts.
 *
 * <p>Threading: for the event loop's thread.
 */
final class FreshConnections implements HttpConnections {
  private final Function<HttpConnection, ChannelFuture> connect;
  private final HttpTarget target;

  FreshConnections(Function<HttpConnection, ChannelFuture> connect, HttpTarget target) {
    this.connect = connect;
    this.target = target;
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
                exchange.failed("no connection: " + connected.cause().getMessage());
              }
            });
  }
}
