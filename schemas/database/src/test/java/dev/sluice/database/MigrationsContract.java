package dev.sluice.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What migrations must do on every kind of database. */
abstract class MigrationsContract {

  /** A database without tables. */
  abstract DatabaseOptions empty() throws SQLException;

  @Test
  void a_second_start_changes_nothing() throws Exception {
    try (Database database = Database.open(empty())) {
      database.migrate();
      TreeSet<String> first = shape(database);
      database.migrate();
      assertThat(shape(database)).isEqualTo(first).isNotEmpty();
    }
  }

  @Test
  void an_application_s_own_tables_do_not_stop_the_migration() throws Exception {
    try (Database database = Database.open(empty())) {
      TestDatabases.execute(database, "CREATE TABLE orders (id INT)");
      database.migrate();
      TestDatabases.execute(database, "DELETE FROM sluice_outbox", "DELETE FROM orders");
    }
  }

  @RepeatedTest(5)
  void two_processes_that_start_together_both_come_up() throws Exception {
    DatabaseOptions options = empty();
    try (Database one = Database.open(options);
        Database other = Database.open(options)) {
      CompletableFuture<Void> first = CompletableFuture.runAsync(one::migrate);
      CompletableFuture<Void> second = CompletableFuture.runAsync(other::migrate);
      CompletableFuture.allOf(first, second).get(60, TimeUnit.SECONDS);
      TestDatabases.execute(one, "DELETE FROM sluice_dead_task");
    }
  }

  @TestFactory
  Stream<DynamicTest> a_migration_that_broke_off_is_run_again() throws Exception {
    TreeSet<String> whole;
    List<List<String>> scripts = new ArrayList<>();
    List<String> names = new ArrayList<>();
    try (Database database = Database.open(empty())) {
      database.migrate();
      whole = shape(database);
      for (MigrationInfo migration : flyway(database).info().all()) {
        names.add(migration.getScript());
        scripts.add(statements(database.dialect(), migration.getScript()));
      }
    }
    assertThat(scripts).isNotEmpty();
    List<DynamicTest> tests = new ArrayList<>();
    for (int script = 0; script < scripts.size(); script++) {
      int size = scripts.get(script).size();
      for (int done = 0; done <= size; done++) {
        int index = script;
        int cut = done;
        tests.add(
            DynamicTest.dynamicTest(
                names.get(script) + " after " + done + " of " + size,
                () -> breakOff(scripts, index, cut, whole)));
      }
    }
    return tests.stream();
  }

  @Test
  void users_are_counted_who_were_there_before_their_counters() throws Exception {
    try (Database database = Database.open(empty())) {
      Flyway flyway = flyway(database);
      flyway.baseline();
      MigrationInfo[] pending = flyway.info().pending();
      for (int i = 0; i < 5; i++) {
        String[] before =
            statements(database.dialect(), pending[i].getScript()).toArray(String[]::new);
        TestDatabases.execute(database, before);
        record(database, pending[i], i + 2, true);
      }
      TestDatabases.execute(
          database,
          "INSERT INTO sluice_follow (author, follower) VALUES (7, 1), (7, 2), (1, 7)",
          "INSERT INTO sluice_post (id, author, created_at, text)"
              + " VALUES (90, 7, '2026-01-01 00:00:00', 'hello')");

      database.migrate();

      List<String> users = new ArrayList<>();
      try (Connection connection = database.dataSource().getConnection();
          Statement select = connection.createStatement();
          ResultSet row =
              select.executeQuery(
                  "SELECT id, followers, following, posts FROM sluice_user ORDER BY id")) {
        while (row.next()) {
          users.add(
              "%d: %d, %d, %d"
                  .formatted(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)));
        }
      }
      assertThat(users).containsExactly("1: 1, 1, 0", "2: 0, 1, 0", "7: 2, 1, 1");
    }
  }

  private void breakOff(List<List<String>> scripts, int index, int done, TreeSet<String> whole)
      throws Exception {
    try (Database database = Database.open(empty())) {
      Flyway flyway = flyway(database);
      flyway.baseline();
      MigrationInfo[] pending = flyway.info().pending();
      for (int i = 0; i < index; i++) {
        TestDatabases.execute(database, scripts.get(i).toArray(String[]::new));
        record(database, pending[i], i + 2, true);
      }
      List<String> half = scripts.get(index).subList(0, done);
      TestDatabases.execute(database, half.toArray(String[]::new));
      record(database, pending[index], index + 2, false);

      database.migrate();

      assertThat(shape(database)).isEqualTo(whole);
      assertThat(flyway.info().pending()).isEmpty();
      assertThat(flyway.validateWithResult().validationSuccessful).isTrue();
    }
  }

  private static void record(Database database, MigrationInfo migration, int rank, boolean success)
      throws SQLException {
    String table =
        database.dialect() == Dialect.H2 ? "\"sluice_schema_history\"" : "sluice_schema_history";
    String columns =
        Stream.of(
                "installed_rank",
                "version",
                "description",
                "type",
                "script",
                "checksum",
                "installed_by",
                "execution_time",
                "success")
            .map(c -> database.dialect() == Dialect.H2 ? '"' + c + '"' : c)
            .reduce((a, b) -> a + ", " + b)
            .orElseThrow();
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO "
                    + table
                    + " ("
                    + columns
                    + ") VALUES (?, ?, ?, 'SQL', ?, ?, '', 0, ?)")) {
      insert.setInt(1, rank);
      insert.setString(2, migration.getVersion().toString());
      insert.setString(3, migration.getDescription());
      insert.setString(4, migration.getScript());
      insert.setInt(5, migration.getChecksum());
      insert.setBoolean(6, success);
      insert.executeUpdate();
    }
  }

  private static Flyway flyway(Database database) {
    return Flyway.configure()
        .dataSource(database.dataSource())
        .locations("classpath:dev/sluice/database/migrations/" + database.dialect().migrations())
        .table(Migrations.HISTORY)
        .baselineVersion("0")
        .load();
  }

  private static List<String> statements(Dialect dialect, String script) throws IOException {
    String resource = "migrations/" + dialect.migrations() + "/" + script;
    try (InputStream in =
        Objects.requireNonNull(Migrations.class.getResourceAsStream(resource), resource)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String withoutComments = text.replaceAll("(?m)^--.*\n", "");
      return Stream.of(withoutComments.split(";\\s*\n")).filter(s -> !s.isBlank()).toList();
    }
  }

  /** Every column and index of Sluice's tables. */
  private static TreeSet<String> shape(Database database) throws SQLException {
    TreeSet<String> shape = new TreeSet<>();
    try (Connection connection = database.dataSource().getConnection()) {
      DatabaseMetaData schema = connection.getMetaData();
      try (ResultSet column = schema.getColumns(connection.getCatalog(), null, "%", "%")) {
        while (column.next()) {
          String table = column.getString("TABLE_NAME");
          if (ours(table)) {
            shape.add(
                String.join(
                    " ",
                    table,
                    column.getString("COLUMN_NAME"),
                    column.getString("TYPE_NAME"),
                    column.getString("COLUMN_SIZE"),
                    column.getString("IS_NULLABLE")));
          }
        }
      }
      for (String table : tables(shape)) {
        try (ResultSet index =
            schema.getIndexInfo(connection.getCatalog(), null, table, false, true)) {
          while (index.next()) {
            shape.add(
                String.join(
                    " ",
                    table,
                    "index",
                    // H2 numbers the indexes that it makes for keys.
                    index.getString("INDEX_NAME").replaceAll("_[0-9A-F]+$", ""),
                    index.getString("COLUMN_NAME"),
                    index.getString("NON_UNIQUE")));
          }
        }
      }
    }
    return shape;
  }

  private static TreeSet<String> tables(TreeSet<String> shape) {
    TreeSet<String> tables = new TreeSet<>();
    shape.forEach(line -> tables.add(line.substring(0, line.indexOf(' '))));
    return tables;
  }

  private static boolean ours(String table) {
    String lower = table.toLowerCase(Locale.ROOT);
    return !lower.equals(Migrations.HISTORY)
        && (lower.startsWith("sluice_") || lower.startsWith("qrtz_"));
  }
}
