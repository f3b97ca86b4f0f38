package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.cli.CommandFailed;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.database.DatabaseUnavailable;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.Topology;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The section {@code tasks} of the settings, up to the rows that its tasks write. */
class SqlTasksTest {
  private static final String TWO =
      """
      database: {url: 'jdbc:h2:mem:main'}
      databases: {archive: {url: 'jdbc:h2:mem:archive'}}
      tasks:
        click.add:
          queue: clicks
          statement: INSERT INTO click (visitor, page) VALUES (:visitor, :page)
          parameters:
            visitor: {type: long, argument: user}
            page: {type: string, default: /home}
        click.keep:
          queue: kept
          database: archive
          statement: INSERT INTO click (visitor, page) VALUES (:visitor, '/home')
          parameters: {visitor: {type: long, argument: user}}
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
      try (Connection connection = database.dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE click (visitor BIGINT, page VARCHAR(100))");
      }
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
  void a_worker_runs_them_on_the_databases_that_they_name() throws Exception {
    try (InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT)) {
      CompletableFuture<Void> running = start(broker, archive.dataSource());
      enqueue(broker);

      await()
          .failFast(running::isDone)
          .until(() -> clicks(main).equals("1/home ") && clicks(archive).equals("2/home "));
      stop.end();
      running.join();
    }
  }

  @Test
  void a_named_database_that_is_away_at_the_start_keeps_its_own_tasks_waiting() throws Exception {
    AtomicBoolean away = new AtomicBoolean(true);
    // Never closed: the test closes what it opens.
    LateDatabase late =
        new LateDatabase(
            () -> {
              if (away.get()) {
                throw new DatabaseUnavailable("the archive is away", null);
              }
              return archive;
            });
    try (InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT)) {
      CompletableFuture<Void> running = start(broker, late.dataSource());
      enqueue(broker);
      await().failFast(running::isDone).until(() -> clicks(main).equals("1/home "));

      away.set(false);
      await()
          .atMost(Duration.ofSeconds(60))
          .failFast(running::isDone)
          .until(() -> clicks(archive).equals("2/home "));
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
            databases: {archive: {url: 'jdbc:h2:mem:archive'}}
            tasks:
              a.select: {statement: SELECT 1}
              a.fine: {statement: DELETE FROM click WHERE visitor = 1}
              a.missing: {statement: DELETE FROM clack WHERE visitor = 1, database: archive}
              a.undeclared: {statement: 'DELETE FROM click WHERE visitor = :id'}
              a.default:
                statement: DELETE FROM click WHERE visitor = :id
                parameters: {id: {type: long, default: one}}
              a.guard: {statement: 'INSERT INTO click (visitor) VALUES (1)', guard: version}
              a.merge: {statement: DELETE FROM click WHERE visitor = 1, merge: true}
            """);

    assertThatThrownBy(
            () -> SqlTasks.of(settings, source(main), Map.of("archive", archive.dataSource())))
        .isInstanceOf(CommandFailed.class)
        .satisfies(
            failed ->
                assertThat(String.valueOf(failed.getMessage()).lines().map(String::strip))
                    .satisfiesExactly(
                        line ->
                            assertThat(line)
                                .startsWith("tasks.a.select.statement: it begins with SELECT"),
                        line ->
                            assertThat(line)
                                .startsWith(
                                    "tasks.a.missing.statement: database 'archive' refuses it: Table \"CLACK\" not found"),
                        line ->
                            assertThat(line)
                                .startsWith("tasks.a.undeclared.parameters: :id is not among them"),
                        line ->
                            assertThat(line)
                                .startsWith(
                                    "tasks.a.default.parameters.id.default: must be a whole number"),
                        line ->
                            assertThat(line)
                                .startsWith("tasks.a.guard.guard: an INSERT changes no row"),
                        line ->
                            assertThat(line)
                                .startsWith(
                                    "tasks.a.merge.merge: the statement adds to no counter")));
  }

  @Test
  void those_of_the_example_fit_tables_of_their_shape() throws Exception {
    execute(
        archive,
        "CREATE TABLE page_views (page VARCHAR(9), seen_on DATE, views INT, PRIMARY KEY (page, seen_on))");
    execute(main, "CREATE TABLE profile (id BIGINT PRIMARY KEY, name VARCHAR(9), version BIGINT)");
    URL example = Objects.requireNonNull(SluiceSettings.class.getResource("sluice.example.yaml"));
    SluiceSettings settings = SluiceSettings.load(Path.of(copied(example)), Map.of());

    assertThat(SqlTasks.of(settings, source(main), Map.of("archive", archive.dataSource())))
        .hasSize(2)
        .allSatisfy(task -> assertThat(task.warnings()).isEmpty());
  }

  @Test
  void without_a_database_they_are_refused() throws IOException {
    SluiceSettings settings = load("tasks: {a: {statement: DELETE FROM t WHERE id = 1}}");

    assertThatThrownBy(() -> SqlTasks.of(settings, Optional.empty(), Map.of()))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("set database.url in sluice.yaml or SLUICE_DATABASE_URL");
  }

  @Test
  void a_database_that_cannot_be_asked_is_named() throws IOException {
    SluiceSettings settings =
        load(
            "database: {url: 'jdbc:h2:mem:main'}\n"
                + "tasks: {a: {statement: DELETE FROM t WHERE id = 1}}");
    main.close();

    assertThatThrownBy(() -> SqlTasks.of(settings, source(main), Map.of()))
        .isInstanceOf(CommandFailed.class)
        .hasMessageStartingWith("tasks.a.statement: database 'main' could not be asked");
  }

  private SluiceSettings load(String yaml) throws IOException {
    return SluiceSettings.load(Files.writeString(folder.resolve("sluice.yaml"), yaml), Map.of());
  }

  private CompletableFuture<Void> start(InMemoryBroker broker, DataSource named)
      throws IOException {
    WorkerProcess process =
        new WorkerProcess(load(TWO), broker, Optional.of(main), Map.of("archive", named), null);
    return CompletableFuture.runAsync(() -> run(process), thread);
  }

  private static void enqueue(InMemoryBroker broker) {
    try (Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS)) {
      producer.enqueueNamed("click.add", user(1), 1, "clicks", EnqueueOptions.DEFAULTS);
      producer.enqueueNamed("click.keep", user(2), 1, "kept", EnqueueOptions.DEFAULTS);
    }
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

  private String copied(URL example) throws IOException {
    Path file = folder.resolve("example.yaml");
    try (InputStream in = example.openStream()) {
      Files.copy(in, file);
    }
    return file.toString();
  }

  private static void execute(Database database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static ObjectNode user(int user) {
    return JsonMapper.shared().createObjectNode().put("user", user);
  }

  private static String clicks(Database database) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT visitor, page FROM click")) {
      StringBuilder clicks = new StringBuilder();
      while (rows.next()) {
        clicks.append(rows.getLong(1)).append(rows.getString(2)).append(' ');
      }
      return clicks.toString();
    }
  }
}
