package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.cli.CommandFailed;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.database.DatabaseUnavailable;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.Topology;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.retention.TableTruncation;
import dev.sluice.worker.retention.TruncateTable;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The section {@code retention} of the settings, up to the rows that go. */
class TruncationsTest {
  private static final String TWO =
      """
      database: {url: 'jdbc:h2:mem:main'}
      databases: {archive: {url: 'jdbc:h2:mem:archive'}}
      retention:
        tables:
          clicks: {column: seen_at, keep: 30d}
          audit: {table: clicks, column: seen_ms, unit: millis, keep: 1d, database: archive}
      """;

  @TempDir Path folder;
  private final Database main = open();
  private final Database archive = open();
  private final StopSignal stop = new StopSignal(() -> {});
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  @BeforeEach
  void tables() throws SQLException {
    for (Database database : new Database[] {main, archive}) {
      database.migrate();
      execute(
          database,
          "CREATE TABLE clicks (id INT PRIMARY KEY, seen_at DATETIME, seen_ms BIGINT)",
          "INSERT INTO clicks VALUES (1, '2020-01-01 00:00:00', 1000), (2, NULL, NULL)");
    }
  }

  @AfterEach
  void end() {
    stop.end();
    thread.shutdown();
    main.close();
    archive.close();
  }

  @Test
  void a_worker_truncates_the_tables_of_every_database() throws Exception {
    try (InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT)) {
      WorkerProcess process =
          new WorkerProcess(
              load(TWO), broker, Optional.of(main), Map.of("archive", archive.dataSource()), null);
      CompletableFuture<Void> running = CompletableFuture.runAsync(() -> run(process), thread);
      try (Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS)) {
        producer.enqueue(TruncateTable.TYPE, new TruncateTable(null));
      }

      await()
          .failFast(running::isDone)
          .until(() -> ids(main).equals("2 ") && ids(archive).equals("2 "));
      stop.end();
      running.join();
    }
  }

  @Test
  void everything_that_is_wrong_is_said_at_once_with_its_key() throws IOException {
    SluiceSettings settings =
        load(
            """
            database: {url: 'jdbc:h2:mem:main'}
            retention:
              tables:
                a: {table: clacks, column: seen_at, keep: 30d}
                b: {table: clicks, column: seen, keep: 30d}
                clicks: {column: seen_ms, keep: 30d}
            """);

    assertThatThrownBy(() -> truncation(settings, source(main), Map.of()))
        .isInstanceOf(CommandFailed.class)
        .satisfies(
            failed ->
                assertThat(String.valueOf(failed.getMessage()).lines().map(String::strip))
                    .satisfiesExactly(
                        line ->
                            assertThat(line)
                                .startsWith(
                                    "retention.tables.a.table: database 'main' has no table"
                                        + " 'clacks'"),
                        line ->
                            assertThat(line)
                                .startsWith(
                                    "retention.tables.b.column: table 'CLICKS' has no column"
                                        + " 'seen'"),
                        line ->
                            assertThat(line)
                                .startsWith(
                                    "retention.tables.clicks.unit: column 'SEEN_MS' is a number")));
  }

  @Test
  void a_name_of_a_table_of_sluices_own_is_refused() throws IOException {
    SluiceSettings settings =
        load(
            "database: {url: 'jdbc:h2:mem:main'}\n"
                + "retention: {tables: {inbox: {table: clicks, column: seen_at, keep: 1d}}}");

    assertThatThrownBy(() -> truncation(settings, source(main), Map.of()))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("Sluice has a table of its own by this name");
  }

  @Test
  void a_named_database_that_is_away_at_the_start_is_not_asked() throws IOException {
    LateDatabase late =
        new LateDatabase(
            () -> {
              throw new DatabaseUnavailable("the archive is away", null);
            });

    assertThat(truncation(load(TWO), source(main), Map.of("archive", late.dataSource())))
        .hasValueSatisfying(
            truncation -> assertThat(truncation.tables()).contains("audit", "inbox"));
  }

  @Test
  void without_a_database_tables_are_refused() throws IOException {
    assertThat(truncation(SluiceSettings.defaults(), Optional.empty(), Map.of())).isEmpty();

    SluiceSettings settings = load("retention: {tables: {a: {column: at, keep: 1d}}}");
    assertThatThrownBy(() -> truncation(settings, Optional.empty(), Map.of()))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("set database.url in sluice.yaml or SLUICE_DATABASE_URL");
  }

  private static Optional<TableTruncation> truncation(
      SluiceSettings settings, Optional<DataSource> main, Map<String, DataSource> named) {
    return Truncations.of(
        settings.retention(), main, named, new Governor(), new SimpleMeterRegistry());
  }

  private SluiceSettings load(String yaml) throws IOException {
    return SluiceSettings.load(Files.writeString(folder.resolve("sluice.yaml"), yaml), Map.of());
  }

  private void run(WorkerProcess process) {
    try {
      process.run(stop);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<DataSource> source(Database database) {
    return Optional.of(database.dataSource());
  }

  private static Database open() {
    return Database.open(
        DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  }

  private static void execute(Database database, String... statements) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String ids(Database database) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT id FROM clicks ORDER BY id")) {
      StringBuilder ids = new StringBuilder();
      while (row.next()) {
        ids.append(row.getInt(1)).append(' ');
      }
      return ids.toString();
    }
  }
}
