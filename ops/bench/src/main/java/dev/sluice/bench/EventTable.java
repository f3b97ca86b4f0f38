package dev.sluice.bench;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import javax.sql.DataSource;

/**
 * A table of events, most of them old, as the benchmark fills and checks it.
 *
 * @param oldRows how many are older than {@link #KEEP}; a tenth as many are younger
 */
record EventTable(DataSource dataSource, String name, long oldRows) {
  /** How long its rows are kept. */
  static final Duration KEEP = Duration.ofDays(30);

  /** Days over which the old rows are spread. */
  static final int DAYS = 30;

  private static final int FIRST_ROWS = 1000;
  private static final int COPIED = 250_000;
  private static final String COLUMNS =
      " (id BIGINT NOT NULL AUTO_INCREMENT, created_at DATETIME(3) NOT NULL,"
          + " text VARCHAR(200) NOT NULL, PRIMARY KEY (id%s), INDEX (created_at))";

  /** How {@link CommitLoad} binds: time, text. */
  String insert() {
    return "INSERT INTO " + name + " (created_at, text) VALUES (?, ?)";
  }

  /** Makes the table without partitions. */
  void create() throws SQLException {
    execute("DROP TABLE IF EXISTS " + name, "CREATE TABLE " + name + COLUMNS.formatted(""));
  }

  /** Makes the table with a partition for each day of the old rows and one for all others. */
  void createPartitioned(Instant now) throws SQLException {
    StringBuilder days = new StringBuilder();
    LocalDate limit = LocalDate.ofInstant(now.minus(KEEP), ZoneOffset.UTC);
    for (int day = DAYS - 1; day >= 0; day--) {
      days.append("PARTITION d%d VALUES LESS THAN ('%s'), ".formatted(day, limit.minusDays(day)));
    }
    execute(
        "DROP TABLE IF EXISTS " + name,
        "CREATE TABLE "
            + name
            + COLUMNS.formatted(", created_at")
            + " PARTITION BY RANGE COLUMNS (created_at) ("
            + days
            + "PARTITION later VALUES LESS THAN (MAXVALUE))");
  }

  /** Fills it: old rows one after the other over {@link #DAYS}, then the young ones. */
  void fill(Instant now) throws SQLException {
    Instant limit = now.minus(KEEP).truncatedTo(ChronoUnit.DAYS);
    fill(limit.minus(Duration.ofDays(DAYS)), limit, oldRows);
    fill(now.minus(KEEP).plus(Duration.ofHours(12)), now, young());
  }

  /** Rows that must stay. */
  long young() {
    return oldRows / 10;
  }

  private void fill(Instant from, Instant to, long rows) throws SQLException {
    long first = next();
    // Seconds, so that the arithmetic is the server's and exact.
    double seconds = (double) Duration.between(from, to).toSeconds() / rows;
    try (Connection connection = dataSource.getConnection()) {
      insertFirst(connection, from, seconds, (int) Math.min(FIRST_ROWS, rows));
      // Copies of what is there already, shifted: some statements for millions of rows.
      try (PreparedStatement copy =
          connection.prepareStatement(
              ("INSERT INTO %1$s (created_at, text) SELECT created_at + INTERVAL ? SECOND, text"
                      + " FROM %1$s WHERE id >= ? ORDER BY id LIMIT ?")
                  .formatted(name))) {
        for (long there = FIRST_ROWS; there < rows; ) {
          long copied = Math.min(Math.min(there, COPIED), rows - there);
          copy.setLong(1, (long) (there * seconds));
          copy.setLong(2, first);
          copy.setLong(3, copied);
          copy.executeUpdate();
          there += copied;
        }
      }
    }
  }

  private void insertFirst(Connection connection, Instant from, double seconds, int rows)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(insert())) {
      for (int row = 0; row < rows; row++) {
        insert.setString(1, SqlTimes.text(from.plusSeconds((long) (row * seconds))));
        insert.setString(2, CommitLoad.TEXT);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private long next() throws SQLException {
    return number("SELECT COALESCE(MAX(id), 0) + 1 FROM " + name);
  }

  /** Rows that are older than they are kept. */
  long left(Instant now) throws SQLException {
    return number(
        "SELECT COUNT(*) FROM %s WHERE created_at < '%s'"
            .formatted(name, SqlTimes.text(now.minus(KEEP))));
  }

  /** All rows. */
  long rows() throws SQLException {
    return number("SELECT COUNT(*) FROM " + name);
  }

  private long number(String select) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(select)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
