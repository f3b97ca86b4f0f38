package dev.sluice.worker.control;

/** Why a command was not carried out, worded as Celery words it: the {@code repr} of an error. */
final class ControlException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String type;

  /**
   * @param type name of the Python exception that Celery's tools know
   */
  ControlException(String type, String message) {
    super(message);
    this.type = type;
  }

  static ControlException unknownCommand(String method) {
    return new ControlException("KeyError", method);
  }

  /** For example {@code KeyError('name')}. */
  String repr() {
    String text = String.valueOf(getMessage());
    return type + "('" + text.replace("\\", "\\\\").replace("'", "\\'") + "')";
  }
}
