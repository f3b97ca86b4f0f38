package dev.sluice.scheduler;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes Quartz's rows of firings that have ended. Whoever comes while another deletes leaves its
 * own to the next: the more there is to do, the more is done at once. A row that stays behind, for
 * want of the database, is taken for a firing of a scheduler that died: it is fired again, and the
 * ledger has it already.
 *
 * <p>Threading: safe.
 */
final class EndedFirings {
  private static final Logger log = LoggerFactory.getLogger(EndedFirings.class);
  private static final int MOST = 200;

  private final Connections connections;
  private final Queue<String> ended = new ConcurrentLinkedQueue<>();
  private final ReentrantLock deleting = new ReentrantLock();

  /** Lends connections that commit by themselves. */
  @FunctionalInterface
  interface Connections {
    Connection get() throws SQLException;
  }

  EndedFirings(Connections connections) {
    this.connections = connections;
  }

  /** Deletes a row now or, when another thread is deleting, right after. */
  void add(String entry) {
    ended.add(entry);
    // Looked at again after the lock is free: who came last may have left its own to us.
    while (!ended.isEmpty() && deleting.tryLock()) {
      List<String> batch = new ArrayList<>();
      try {
        take(batch);
        delete(batch);
      } catch (SQLException e) {
        log.debug("the ends of {} firings wait for the database", batch.size(), e);
        ended.addAll(batch);
        return;
      } finally {
        deleting.unlock();
      }
    }
  }

  private void take(List<String> batch) {
    for (String entry = ended.poll(); entry != null; entry = ended.poll()) {
      batch.add(entry);
      if (batch.size() == MOST) {
        return;
      }
    }
  }

  private void delete(List<String> batch) throws SQLException {
    if (batch.isEmpty()) {
      return;
    }
    String places = "?, ".repeat(batch.size() - 1) + "?";
    try (Connection connection = connections.get();
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM "
                    + QuartzFactory.TABLE_PREFIX
                    + "FIRED_TRIGGERS WHERE SCHED_NAME = ? AND ENTRY_ID IN ("
                    + places
                    + ")")) {
      delete.setString(1, QuartzFactory.NAME);
      for (int i = 0; i < batch.size(); i++) {
        delete.setString(i + 2, batch.get(i));
      }
      delete.executeUpdate();
    }
  }
}
