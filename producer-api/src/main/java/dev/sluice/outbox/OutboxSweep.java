package dev.sluice.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.sql.DataSource;

/**
 * Lets relays try messages again that were set aside for a reason that may have passed: the broker
 * refused them, or had no queue for them, for an hour. Bytes that are no message, and messages that
 * break their channel, stay set aside. It also hurries what is put off further than relays put off,
 * which the jump of a clock does.
 *
 * <p>A sweep may be repeated, and run beside others and beside an operator.
 *
 * @param limit messages released at most
 * @param ratePerSecond how many of them relays see a second
 * @param maxReleases releases of each message
 * @param minAge between a message's first failure and its release; doubled with each further one
 */
public record OutboxSweep(int limit, int ratePerSecond, int maxReleases, Duration minAge) {
  private static final int PAGE = 100;

  /** Further than relays put off, and than a sweep spreads what it releases. */
  private static final Duration TOO_FAR = Duration.ofHours(1);

  private static final String PARKED =
      " WHERE not_before = '" + OutboxRows.NEVER + "' AND parked_reason IS NOT NULL";
  // What cannot be read is set aside at its first failure.
  private static final String MAY_PASS =
      " AND failures > 1 AND strikes < " + OutboxRows.MAX_STRIKES + " AND (";
  private static final String RELEASE =
      "UPDATE sluice_outbox SET not_before = ?, failures = 0, strikes = 0, failing_since = NULL,"
          + " parked_reason = NULL, sweeps = sweeps + 1"
          + PARKED
          + " AND id = ?";
  private static final String HURRY =
      "UPDATE sluice_outbox SET not_before = ? WHERE not_before > ? AND not_before < '"
          + OutboxRows.NEVER
          + "' LIMIT "
          + PAGE;

  /**
   * What a sweep did.
   *
   * @param released messages that are tried again
   * @param hurried messages that were put off too far and are due now
   * @param parked messages that stay set aside, counted to {@value OutboxStats#MOST}
   */
  public record Report(int released, int hurried, int parked) {
    /** Of nothing at all. */
    public static final Report NOTHING = new Report(0, 0, 0);

    /** Both as one. */
    public Report plus(Report other) {
      return new Report(released + other.released, hurried + other.hurried, parked + other.parked);
    }
  }

  /** Sweeps the outbox of a database, in small steps that each commit. */
  public Report run(DataSource database, Instant now) throws SQLException {
    int released = 0;
    long last = 0;
    while (released < limit) {
      List<Long> page = page(database, now, last, Math.min(PAGE, limit - released));
      if (page.isEmpty()) {
        break;
      }
      last = page.get(page.size() - 1);
      released += release(database, page, now, released);
    }
    int hurried = hurry(database, now);
    try (Connection connection = database.getConnection()) {
      return new Report(released, hurried, OutboxStats.read(connection).parked());
    }
  }

  private List<Long> page(DataSource database, Instant now, long after, int most)
      throws SQLException {
    String due =
        String.join(" OR ", Collections.nCopies(maxReleases, "sweeps = ? AND failing_since <= ?"));
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id FROM sluice_outbox"
                    + PARKED
                    + MAY_PASS
                    + due
                    + ") AND id > ? ORDER BY id LIMIT ?")) {
      int parameter = 1;
      for (int sweeps = 0; sweeps < maxReleases; sweeps++) {
        select.setInt(parameter++, sweeps);
        select.setString(parameter++, SqlTimes.text(now.minus(minAge.multipliedBy(1L << sweeps))));
      }
      select.setLong(parameter++, after);
      select.setInt(parameter, most);
      List<Long> ids = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
      return ids;
    }
  }

  /** Returns how many; the others were released or dropped meanwhile. */
  private int release(DataSource database, List<Long> page, Instant now, int before)
      throws SQLException {
    int released = 0;
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(RELEASE)) {
      for (long id : page) {
        int second = (before + released) / ratePerSecond;
        Instant due = second == 0 ? Outbox.ALWAYS : now.plusSeconds(second);
        update.setString(1, SqlTimes.text(due));
        update.setLong(2, id);
        released += update.executeUpdate();
      }
    }
    return released;
  }

  private static int hurry(DataSource database, Instant now) throws SQLException {
    int hurried = 0;
    int page;
    do {
      try (Connection connection = database.getConnection();
          PreparedStatement update = connection.prepareStatement(HURRY)) {
        update.setString(1, SqlTimes.text(Outbox.ALWAYS));
        update.setString(2, SqlTimes.textNotBefore(now.plus(TOO_FAR)));
        page = update.executeUpdate();
        hurried += page;
      }
    } while (page == PAGE);
    return hurried;
  }
}
