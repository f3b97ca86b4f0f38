package dev.sluice.bench.load;

/** The connections that requests go over. */
public interface HttpConnections {

  /** Sends a request; called on the event loop's thread. */
  void send(HttpExchange exchange);

  /** Closes those that are open; called on the event loop's thread. */
  void close();
}
