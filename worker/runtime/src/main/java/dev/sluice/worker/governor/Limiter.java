package dev.sluice.worker.governor;

/**
 * One of the things that bound load.
 *
 * <p>Threading: every method may be called by any thread.
 */
interface Limiter {

  /**
   * Takes leave, waiting for it if need be.
   *
   * @throws NotPermitted when waiting here is no use
   */
  Permit take(Ask ask) throws InterruptedException, NotPermitted;
}
