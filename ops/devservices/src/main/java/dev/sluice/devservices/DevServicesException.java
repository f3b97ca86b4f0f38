package dev.sluice.devservices;

/** A server could not be found, started or stopped; the message says what to do next. */
public final class DevServicesException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DevServicesException(String message) {
    super(message);
  }

  DevServicesException(String message, Throwable cause) {
    super(message, cause);
  }
}
