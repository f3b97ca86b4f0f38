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

  private static final String NUMBERS = "bench_number";
  private static final int NUMBERED = 500;
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
    createNumbers();
    Instant limit = now.minus(KEEP).truncatedTo(ChronoUnit.DAYS);
    fill(limit.minus(Duration.ofDays(DAYS)), limit, oldRows);
    fill(now.minus(KEEP).plus(Duration.ofHours(12)), now, young());
  }

  /** Rows that must stay. */
  long young() {
    return oldRows / 10;
  }

  private void fill(Instant from, Instant to, long rows) throws SQLException {
    double seconds = (double) Duration.between(from, to).toSeconds() / rows;
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                ("INSERT INTO %1$s (created_at, text)"
                        + " SELECT CAST(? AS DATETIME(3)) + INTERVAL (? + a.n * %3$d + b.n) * ? SECOND,"
                        + " ? FROM %2$s a JOIN %2$s b WHERE a.n * %3$d + b.n < ?")
                    .formatted(name, NUMBERS, NUMBERED))) {
      for (long there = 0; there < rows; there += (long) NUMBERED * NUMBERED) {
        insert.setString(1, SqlTimes.text(from));
        insert.setLong(2, there);
        insert.setDouble(3, seconds);
        insert.setString(4, CommitLoad.TEXT);
        insert.setLong(5, rows - there);
        insert.executeUpdate();
      }
    }
  }

  /** Whose square is the rows of a statement: a table read while it is written is copied first. */
  private void createNumbers() throws SQLException {
    execute(
        "CREATE TABLE IF NOT EXISTS " + NUMBERS + " (n INT NOT NULL PRIMARY KEY)",
        "DELETE FROM " + NUMBERS);
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO " + NUMBERS + " (n) VALUES (?)")) {
      for (int n = 0; n < NUMBERED; n++) {
        insert.setInt(1, n);
        insert.addBatch();
      }
      insert.executeBatch();
    }
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
