package dev.sluice.keys;

/** The store of keys does not answer, or not as it should. */
public final class KeyStoreUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public KeyStoreUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
