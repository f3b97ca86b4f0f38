package dev.sluice.bench.load;

import io.netty.channel.ChannelFuture;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A fixed number of connections that are kept alive and used in turn. A request that finds none
 * free waits for one, and its time counts. One that the server closes is opened again.
 *
 * <p>Threading: for the event loop's thread, but for the future.
 */
final class KeptConnections implements HttpConnections {
  // More would only wait in the server's queue of connections to accept.
  private static final int OPENING = 128;

  private final Function<HttpConnection, ChannelFuture> connect;
  private final HttpTarget target;
  private final int size;
  private final Deque<HttpConnection> free = new ArrayDeque<>();
  private final Deque<HttpExchange> waiting = new ArrayDeque<>();
  private final Set<HttpConnection> open = new HashSet<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private int started;
  private boolean closing;

  KeptConnections(Function<HttpConnection, ChannelFuture> connect, HttpTarget target, int size) {
    this.connect = connect;
    this.target = target;
    this.size = size;
  }

  /** Completes when all are open, or fails with what keeps one from it. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  void open() {
    for (int i = 0; i < Math.min(OPENING, size); i++) {
      openNext();
    }
  }

  @Override
  public void send(HttpExchange exchange) {
    HttpConnection connection = free.poll();
    while (connection != null && !connection.isOpen()) {
      connection = free.poll();
    }
    if (connection == null) {
      waiting.add(exchange);
    } else {
      connection.send(exchange);
    }
  }

  @Override
  public void close() {
    closing = true;
    Set.copyOf(open).forEach(HttpConnection::close);
  }

  private void openNext() {
    if (started < size) {
      started++;
      connect();
    }
  }

  private void connect() {
    HttpConnection[] self = new HttpConnection[1];
    self[0] = new HttpConnection(target, true, this::isFree, () -> ended(self[0]));
    connect
        .apply(self[0])
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                ready.completeExceptionally(connected.cause());
              }
            });
  }

  private void isFree(HttpConnection connection) {
    if (open.add(connection)) {
      openNext();
      if (open.size() == size) {
        ready.complete(null);
      }
    }
    HttpExchange next = waiting.poll();
    if (next == null) {
      free.add(connection);
    } else {
      connection.send(next);
    }
  }

  private void ended(HttpConnection connection) {
    if (open.remove(connection) && !closing) {
      connect();
    }
  }
}
