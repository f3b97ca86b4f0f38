package dev.sluice.bench.load;

/**
 * A request on its way.
 *
 * <p>Threading: for the event loop's thread.
 */
final class HttpExchange {
  private final HttpTally tally;
  private final byte[] json;
  private final long due;
  private final long made;

  /** A request that begins now and was due at {@code due}, of {@link System#nanoTime()}. */
  HttpExchange(HttpTally tally, byte[] json, long due) {
    this.tally = tally;
    this.json = json;
    this.due = due;
    made = System.nanoTime();
    tally.made(this);
  }

  byte[] json() {
    return json;
  }

  long due() {
    return due;
  }

  long made() {
    return made;
  }

  void answered(int status, byte[] body) {
    tally.answered(this, status, body);
  }

  void failed(String reason) {
    tally.failed(this, reason);
  }
}
