package dev.sluice.worker.sql;

/** An SQL task that cannot be run as it is configured; says which key is wrong, and why. */
public final class SqlTaskInvalid extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * For a task.
   *
   * @param key the key below the task's own, such as {@code statement}
   */
  SqlTaskInvalid(String task, String key, String reason, Throwable cause) {
    super("tasks." + task + "." + key + ": " + reason, cause);
  }

  SqlTaskInvalid(String task, String key, String reason) {
    super("tasks." + task + "." + key + ": " + reason);
  }
}
