package dev.sluice.worker.governor;

/** The place where limits across workers are kept cannot be asked right now. */
final class SharedStoreAway extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SharedStoreAway(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether it is not away at all: the one who asked was told to stop. */
  boolean interrupted() {
    for (Throwable t = getCause(); t != null; t = t.getCause()) {
      if (t instanceof InterruptedException) {
        return true;
      }
    }
    return Thread.interrupted();
  }
}
