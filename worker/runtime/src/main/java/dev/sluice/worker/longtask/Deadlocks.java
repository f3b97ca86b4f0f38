package dev.sluice.worker.longtask;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;

/** Runs a transaction again that lost a deadlock: five times in all. */
final class Deadlocks {
  private static final int TRIES = 5;
  private static final int PAUSE_MILLIS = 20;

  private Deadlocks() {}

  /** A whole transaction, from its connection to its commit. */
  @FunctionalInterface
  interface WholeTransaction<T> {
    T run() throws SQLException;
  }

  static <T> T retried(WholeTransaction<T> transaction) throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        return transaction.run();
      } catch (SQLException e) {
        if (tries == TRIES || SqlErrors.classify(e) != SqlErrorClass.DEADLOCK) {
          throw e;
        }
        pause(tries, e);
      }
    }
  }

  private static void pause(int tries, SQLException deadlock) throws SQLException {
    try {
      Thread.sleep(1 + ThreadLocalRandom.current().nextLong((long) PAUSE_MILLIS * tries));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw deadlock;
    }
  }
}
