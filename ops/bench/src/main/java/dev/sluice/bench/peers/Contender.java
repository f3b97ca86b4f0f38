package dev.sluice.bench.peers;

/** One who has tasks to do and has not begun. */
public interface Contender extends AutoCloseable {

  /** Begins and returns. */
  void start() throws Exception;

  /**
   * Fails when it cannot go on, so that nobody waits for it in vain.
   *
   * @throws IllegalStateException with its own words
   */
  default void check() {}

  /** Stops and leaves nothing behind. */
  @Override
  void close();
}
