package dev.sluice.worker.retention;

/** A table cannot be truncated as it is configured; says which key is wrong, and what to do. */
public final class RetentionInvalid extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  RetentionInvalid(String message) {
    super(message);
  }

  RetentionInvalid(String message, Throwable cause) {
    super(message, cause);
  }
}
