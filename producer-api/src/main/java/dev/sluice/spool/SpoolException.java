package dev.sluice.spool;

import org.jspecify.annotations.Nullable;

/**
 * What went wrong in the spool. The class itself: it cannot be opened or read. Its kinds: an append
 * did not work, by what is known about the message.
 */
public sealed class SpoolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SpoolException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The spool is at its size limit: the message is not in it. */
  public static final class Full extends SpoolException {
    private static final long serialVersionUID = 1L;

    Full(String message) {
      super(message, null);
    }
  }

  /** The disk refused the message, or the spool is closed: it is not in the spool. */
  public static final class Failed extends SpoolException {
    private static final long serialVersionUID = 1L;

    Failed(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The message was written and the disk did not promise to keep it: it may be published, and a
   * power loss may lose it. Enqueue it again with the same task id.
   */
  public static final class Unknown extends SpoolException {
    private static final long serialVersionUID = 1L;

    Unknown(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
