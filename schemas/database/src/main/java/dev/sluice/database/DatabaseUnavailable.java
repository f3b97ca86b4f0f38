package dev.sluice.database;

import org.jspecify.annotations.Nullable;

/**
 * The database cannot be used: it is away, or refuses us. Names host, database and the next step.
 */
public final class DatabaseUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DatabaseUnavailable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
