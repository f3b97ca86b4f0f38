package dev.sluice.outbox;

import dev.sluice.relay.Fate;
import dev.sluice.relay.Published;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The outbox table as the relay sees it. */
final class OutboxRows {
  /** Rows of one claim at most: each claim walks over what was deleted and is not purged yet. */
  static final int LIMIT = 1000;

  private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);

  /** Bytes of messages of one claim at most, unless one alone has more. */
  private static final long BYTES = 8 << 20;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

  /** Channels that a message may break before it is set aside. */
  static final int MAX_STRIKES = 5;

  private static final int MAX_REASON = 1000;

  /** When a row that was set aside is due. */
  static final String NEVER = "9999-12-31 00:00:00";

  // Left alone MariaDB would rather scan and sort the table, and lock all of it. To H2 what stands
  // in /*! is a comment.
  private static final String LOOK =
      "SELECT 1 FROM sluice_outbox"
          + " /*! FORCE INDEX (sluice_outbox_due) */ WHERE not_before <= ? LIMIT 1";

  private static final String CLAIM =
      "SELECT id, OCTET_LENGTH(message) FROM sluice_outbox"
          + " /*! FORCE INDEX (sluice_outbox_due) */ WHERE not_before <= ?"
          + " ORDER BY not_before, id LIMIT "
          + LIMIT
          + " FOR UPDATE SKIP LOCKED";
  private static final String LOAD =
      "SELECT id, queue, eta, message, failures, strikes, failing_since FROM sluice_outbox"
          + " WHERE id IN (";
  // As a join that looks up each id. Of WHERE id IN (…) MariaDB makes a scan when the table has not
  // many more rows, whatever the hint, and waits for every lock that it meets there: that of a
  // transaction still open, or of another relay that waits for ours.
  private static final String DELETE =
      "DELETE o FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) done"
          + " STRAIGHT_JOIN sluice_outbox o FORCE INDEX (PRIMARY) ON o.id = done.id";
  private static final String DELETE_ON_H2 = "DELETE FROM sluice_outbox WHERE id = ANY(?)";
  private static final String POSTPONE =
      "UPDATE sluice_outbox SET failures = ?, strikes = ?, failing_since = ?, not_before = ?,"
          + " parked_reason = ? WHERE id = ?";

  private final InstantSource clock;
  private final Map<String, Instant> warnings = new HashMap<>();

  OutboxRows(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Rows that are locked for this transaction.
   *
   * @param more whether more may be due
   */
  record Claim(List<OutboxRow> rows, boolean more) {}

  /** Whether any row is due, another relay's included; one statement that locks nothing. */
  boolean anyDue(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(LOOK)) {
      select.setString(1, SqlTimes.textNotBefore(clock.instant()));
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Locks rows that are due and that no other relay has locked, within the limits. */
  Claim claim(Connection connection) throws SQLException {
    List<Long> ids = new ArrayList<>();
    int due = 0;
    long bytes = 0;
    try (PreparedStatement select = connection.prepareStatement(CLAIM)) {
      select.setString(1, SqlTimes.textNotBefore(clock.instant()));
      try (ResultSet row = select.executeQuery()) {
        for (; row.next(); due++) {
          bytes += row.getLong(2);
          if (ids.isEmpty() || bytes <= BYTES) {
            ids.add(row.getLong(1));
          }
        }
      }
    }
    return new Claim(load(connection, ids), due == LIMIT || ids.size() < due);
  }

  /** Deletes what is confirmed, postpones or parks what failed, leaves the rest. */
  void settle(Connection connection, List<Published<OutboxRow>> results) throws SQLException {
    List<Long> confirmed = new ArrayList<>();
    Instant now = clock.instant();
    for (Published<OutboxRow> result : results) {
      switch (result.fate()) {
        case CONFIRMED -> confirmed.add(result.stored().id());
        case REFUSED, STRUCK, IMPOSSIBLE -> failed(connection, result, now);
        case BROKEN, OPEN, BROKER_AWAY -> {}
      }
    }
    delete(connection, confirmed);
  }

  private List<OutboxRow> load(Connection connection, List<Long> ids) throws SQLException {
    List<OutboxRow> rows = new ArrayList<>(ids.size());
    if (ids.isEmpty()) {
      return rows;
    }
    try (PreparedStatement select =
        connection.prepareStatement(LOAD + "?, ".repeat(ids.size() - 1) + "?)")) {
      for (int i = 0; i < ids.size(); i++) {
        select.setLong(i + 1, ids.get(i));
      }
      ResultSet row = select.executeQuery();
      while (row.next()) {
        rows.add(
            new OutboxRow(
                row.getLong(1),
                row.getString(2),
                SqlTimes.readOrNull(row, "eta"),
                row.getBytes(4),
                row.getInt(5),
                row.getInt(6),
                SqlTimes.readOrNull(row, "failing_since")));
      }
    }
    return rows;
  }

  private static void delete(Connection connection, List<Long> ids) throws SQLException {
    if (ids.isEmpty()) {
      return;
    }
    boolean h2 = connection.getMetaData().getDatabaseProductName().equals("H2");
    try (PreparedStatement delete = connection.prepareStatement(h2 ? DELETE_ON_H2 : DELETE)) {
      delete.setObject(1, h2 ? ids.toArray(Long[]::new) : ids.toString());
      delete.executeUpdate();
    }
  }

  private void failed(Connection connection, Published<OutboxRow> result, Instant now)
      throws SQLException {
    OutboxRow row = result.stored();
    int strikes = row.strikes() + (result.fate() == Fate.STRUCK ? 1 : 0);
    Instant since = row.failingSince() == null ? now : row.failingSince();
    boolean parked =
        result.fate() == Fate.IMPOSSIBLE
            || strikes >= MAX_STRIKES
            || !now.isBefore(since.plus(PATIENCE));
    if (parked) {
      log.error(
          "message {} of the outbox, for queue '{}', is set aside: {}. Once the cause is gone: sluice"
              + " outbox release {}. To drop it for good: sluice outbox discard {}",
          row.id(),
          row.queue(),
          result.reason(),
          row.id(),
          row.id());
    } else if (row.failures() == 0) {
      warn(row, result.reason(), now);
    }
    try (PreparedStatement update = connection.prepareStatement(POSTPONE)) {
      update.setInt(1, row.failures() + 1);
      update.setInt(2, strikes);
      update.setString(3, SqlTimes.textNotBefore(since));
      update.setString(4, parked ? NEVER : SqlTimes.textNotBefore(now.plus(pause(row.failures()))));
      update.setString(5, parked ? clipped(result.reason()) : null);
      update.setLong(6, row.id());
      update.executeUpdate();
    }
  }

  /** Of a queue that refuses everything, one message in a minute tells. */
  private void warn(OutboxRow row, String reason, Instant now) {
    Instant before = warnings.get(row.queue());
    if (before != null && now.isBefore(before.plus(BETWEEN_WARNINGS))) {
      return;
    }
    warnings.put(row.queue(), now);
    log.warn(
        "message {} of the outbox, for queue '{}', is tried again for {} minutes, as are others of"
            + " that queue that fail within a minute: {}",
        row.id(),
        row.queue(),
        PATIENCE.toMinutes(),
        reason);
  }

  private static Duration pause(int failures) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 20));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  private static String clipped(String reason) {
    return reason.substring(0, Math.min(reason.length(), MAX_REASON));
  }
}
