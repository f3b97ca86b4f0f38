package dev.sluice.worker.governor;

/**
 * Leave to run one attempt or one batch, until it is closed.
 *
 * <p>Threading: closed once, by any thread.
 */
public interface Permit extends AutoCloseable {

  /** Leave where there is no limit. */
  Permit NONE = () -> {};

  /** Gives the leave back. */
  @Override
  void close();
}
