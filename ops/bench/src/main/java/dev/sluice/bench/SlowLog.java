package dev.sluice.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/**
 * The database server's own time of every statement, commits included, out of its slow query log: a
 * file for each part of a run.
 *
 * @param connection on which the log is switched; closed with this
 * @param sampling one of so many statements is logged
 */
record SlowLog(Connection connection, int sampling) implements AutoCloseable {
  private static final Pattern TIME = Pattern.compile("^# Query_time: ([0-9.]+) ");

  /** Logs into {@code file} from now on; only connections that are opened later take part. */
  void into(Path file) throws SQLException {
    execute(
        "SET GLOBAL log_output = 'FILE'",
        "SET GLOBAL log_slow_rate_limit = " + sampling,
        "SET GLOBAL long_query_time = 0",
        "SET GLOBAL slow_query_log_file = '" + file.toAbsolutePath() + "'",
        "SET GLOBAL slow_query_log = 1");
  }

  /** The times in a file, microseconds. */
  static Histogram times(Path file) throws IOException {
    Histogram times = new Histogram(3);
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher time = TIME.matcher(line);
        if (time.find()) {
          times.recordValue(Math.round(Double.parseDouble(time.group(1)) * 1e6));
        }
      }
    }
    return times;
  }

  @Override
  public void close() throws SQLException {
    try {
      execute("SET GLOBAL slow_query_log = 0");
    } finally {
      connection.close();
    }
  }

  private void execute(String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
