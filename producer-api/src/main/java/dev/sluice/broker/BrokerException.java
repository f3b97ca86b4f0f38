package dev.sluice.broker;

import org.jspecify.annotations.Nullable;

/** What went wrong at the broker, by what is known about the message. */
public abstract sealed class BrokerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private BrokerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** No queue took the message: it is not stored. */
  public static final class Unroutable extends BrokerException {
    private static final long serialVersionUID = 1L;

    public Unroutable(String message) {
      super(message, null);
    }
  }

  /** The broker refused the message: it is not stored. */
  public static final class Refused extends BrokerException {
    private static final long serialVersionUID = 1L;

    public Refused(String message) {
      super(message, null);
    }
  }

  /** The broker cannot be reached or blocks publishers: the message was not sent. */
  public static final class Unavailable extends BrokerException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The message was sent and no confirm came: it may be stored. Publish it again, same id. */
  public static final class Unknown extends BrokerException {
    private static final long serialVersionUID = 1L;

    public Unknown(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
