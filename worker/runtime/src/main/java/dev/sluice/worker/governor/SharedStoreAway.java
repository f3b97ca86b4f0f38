package dev.sluice.worker.governor;

/** The place where limits across workers are kept cannot be asked right now. */
final class SharedStoreAway extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SharedStoreAway(String message, Throwable cause) {
    super(message, cause);
  }
}
