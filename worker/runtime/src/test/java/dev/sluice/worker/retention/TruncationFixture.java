package dev.sluice.worker.retention;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.worker.longtask.Plan;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.Step;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** An empty database with Sluice's tables, and truncations of it in the test's own thread. */
final class TruncationFixture implements AutoCloseable {
  static final String MAIN = "main";

  final Database database;

  /** Rests that the truncation took, added up. */
  Duration rested = Duration.ZERO;

  /** Steps of the last run. */
  int steps;

  Instant now = Instant.now().truncatedTo(ChronoUnit.DAYS);
  private long ticks;

  private final DatabaseOptions options;

  private TruncationFixture(DatabaseOptions options) {
    this.options = options;
    database = Database.open(options);
    database.migrate();
  }

  static TruncationFixture h2() {
    return new TruncationFixture(
        DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  }

  static TruncationFixture server() throws SQLException {
    DatabaseService service = DevServices.shared().database();
    String name = "t" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection =
            DriverManager.getConnection(service.jdbcUrl(), service.user(), service.password());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return new TruncationFixture(
        DatabaseOptions.of(service.jdbcUrl(name))
            .user(service.user())
            .password(service.password()));
  }

  /** URL, user and password. */
  List<String> connection() {
    return List.of(
        options.url(), String.valueOf(options.user()), String.valueOf(options.password()));
  }

  TruncationTools tools() {
    return new TruncationTools(
        () -> now, () -> ticks, database -> 0, pause -> rested = rested.plus(pause));
  }

  /** Time passes for whoever measures how long something takes. */
  void took(Duration time) {
    ticks += time.toNanos();
  }

  TableTruncation truncation(Retention... tables) {
    return truncation(database.dataSource(), tables);
  }

  TableTruncation truncation(DataSource source, Retention... tables) {
    return TableTruncation.of(
        TableTruncation.Options.of(Map.of(MAIN, source), () -> now).tables(List.of(tables)),
        tools());
  }

  /** Truncates one of Sluice's own tables. */
  TruncationReport run(String table) throws Exception {
    return run(truncation(), table);
  }

  /** Truncates a table of the application. */
  TruncationReport run(Retention retention) throws Exception {
    return run(truncation(retention), retention.name());
  }

  /** A whole run, as the steps of its long task would do it. */
  TruncationReport run(TableTruncation truncation, String table) throws Exception {
    TruncationRun.Payload payload = new TruncationRun.Payload(table + "@" + MAIN);
    Slice slice = begin(truncation, payload);
    steps = 0;
    while (true) {
      steps++;
      Step step = truncation.run().step(payload, slice);
      if (step.position() == null) {
        return (TruncationReport) step.result();
      }
      slice = new Slice(step.position(), slice.upTo());
    }
  }

  Slice begin(TableTruncation truncation, TruncationRun.Payload payload) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      Plan plan = truncation.run().plan(payload, connection);
      return plan.lanes().get(0);
    }
  }

  String quoted(String name) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      String quote = connection.getMetaData().getIdentifierQuoteString();
      return quote + name.replace(quote, quote + quote) + quote;
    }
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  long count(String sql) throws SQLException {
    return Long.parseLong(column(sql).get(0));
  }

  /** The first column of a query. */
  List<@Nullable String> column(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      List<@Nullable String> values = new ArrayList<>();
      while (row.next()) {
        values.add(row.getString(1));
      }
      return values;
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
