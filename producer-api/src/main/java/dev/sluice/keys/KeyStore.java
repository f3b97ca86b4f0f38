package dev.sluice.keys;

/**
 * Who holds which key, known to every process that shares the store. Each method is one atomic
 * step; a holding ends with its time to live at the latest.
 *
 * <p>Every method throws {@link KeyStoreUnavailable} when the store is away, after a bounded wait.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public interface KeyStore extends AutoCloseable {

  /** Takes a key that nobody holds, unconfirmed; says who holds it now. */
  Holding take(KeyName key, Claim claim);

  /** The holder is stored. Does nothing when another task, or none, holds the key. */
  void confirm(KeyName key, String taskId);

  /** The holder was not stored: frees the key unless it is confirmed or another's. */
  void giveUp(KeyName key, String taskId);

  /** The holder is settled for good: frees the key unless it is another's. */
  void release(KeyName key, String taskId);

  @Override
  void close();
}
