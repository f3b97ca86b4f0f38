package dev.sluice.database;

/** What an SQL error means for the task that met it. */
public enum SqlErrorClass {
  /** A row with this key exists. */
  DUPLICATE_KEY,
  /** The transaction lost against another one; it is rolled back. */
  DEADLOCK,
  /** Somebody else holds the lock for longer than we wait. */
  LOCK_TIMEOUT,
  /** The connection broke, or none could be had. */
  CONNECTION_LOST,
  /** The server takes no writes: a replica, a primary that steps down, a full disk. */
  READ_ONLY,
  /** The statement does not fit the schema: no such table or column, a syntax error. */
  SCHEMA,
  /** A value does not fit its column, or breaks a constraint. */
  DATA,
  /** Anything else. */
  OTHER;

  /** Whether the database, not the task, is at fault: no attempt is used up. */
  public boolean infrastructure() {
    return this == CONNECTION_LOST || this == READ_ONLY;
  }
}
