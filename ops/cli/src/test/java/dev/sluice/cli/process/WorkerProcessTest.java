package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.cli.CommandFailed;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.Topology;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class WorkerProcessTest {
  private static final String SOURCE =
      """
      import dev.sluice.task.TaskType;
      import dev.sluice.worker.*;
      import java.sql.PreparedStatement;

      public class Clicks implements TaskModule {
        public record Click(long user, String page) {}
        static final TaskType<Click> CLICK =
            TaskType.of("clicks.record", Click.class).queue("clicks");

        @Override
        public void register(Handlers handlers, Services services) {
          String table = services.properties().get("clicks.table");
          TransactionalHandler<Click> record = (click, task, connection) -> {
            try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?)")) {
              insert.setLong(1, click.user());
              insert.setString(2, click.page());
              insert.executeUpdate();
            }
            return Outcome.completed();
          };
          handlers.handle(CLICK, record);
        }
      }
      """;

  @TempDir Path folder;
  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final Database database =
      Database.open(
          DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  private final StopSignal stop = new StopSignal(() -> {});
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private String address = "";

  @BeforeEach
  void table() throws SQLException {
    database.migrate();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE clicked (user_id BIGINT, page VARCHAR(100))");
    }
  }

  @AfterEach
  void end() {
    stop.end();
    thread.shutdown();
    broker.close();
    database.close();
  }

  @Test
  void runs_the_handlers_of_a_jar_until_it_is_told_to_stop() throws Exception {
    CompletableFuture<Void> process = start(ModuleJar.make(folder, "Clicks", SOURCE, true));
    String id = enqueue();

    await().until(() -> clicks() == 1);
    enqueueAgain(id);
    await()
        .untilAsserted(() -> assertThat(get("/metrics").body()).contains("outcome=\"duplicate\""));
    assertThat(clicks()).isEqualTo(1);
    assertThat(get("/metrics").body())
        .contains(
            "sluice_tasks_total{outcome=\"completed\",role=\"worker\",task=\"clicks.record\"} 1",
            "sluice_task_runtime_seconds_count",
            "sluice_queue_ready{queue=\"clicks\"",
            "sluice_dead_tasks");
    await().untilAsserted(() -> assertThat(get("/health/ready").statusCode()).isEqualTo(200));
    assertThat(get("/health/ready").body()).contains("broker", "database", "worker");

    stop.end();
    process.join();
    assertThat(broker.stats("clicks").orElseThrow().consumers()).isZero();
  }

  @Test
  void a_folder_without_jars_stops_the_start() throws Exception {
    Path empty = Files.createDirectories(folder.resolve("empty"));

    assertThatThrownBy(() -> start(empty).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(CommandFailed.class)
        .hasMessageContaining("there is no jar in " + empty);
  }

  @Test
  void a_jar_that_names_no_module_stops_the_start() throws Exception {
    Path lib = ModuleJar.make(folder, "Clicks", SOURCE, false);

    assertThatThrownBy(() -> start(lib).join())
        .hasMessageContaining("name your class in META-INF/services/dev.sluice.worker.TaskModule");
  }

  private CompletableFuture<Void> start(Path lib) throws IOException {
    int port = freePort();
    address = "http://127.0.0.1:" + port;
    SluiceSettings settings =
        SluiceSettings.load(
            Files.writeString(
                folder.resolve("sluice.yaml"),
                "http: {port: %d}\nmodules: {clicks.table: clicked}\n".formatted(port)),
            Map.of());
    WorkerProcess process =
        new WorkerProcess(settings, broker, Optional.of(database), Map.of(), lib);
    return CompletableFuture.runAsync(
        () -> {
          try {
            process.run(stop);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        thread);
  }

  private String enqueue() {
    return enqueue(EnqueueOptions.DEFAULTS);
  }

  private void enqueueAgain(String id) {
    enqueue(EnqueueOptions.DEFAULTS.taskId(id));
  }

  private String enqueue(EnqueueOptions options) {
    ObjectNode click = JsonMapper.shared().createObjectNode().put("user", 7).put("page", "/home");
    try (Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS)) {
      return producer.enqueueNamed("clicks.record", click, 1, "clicks", options).taskId();
    }
  }

  private int clicks() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM clicked")) {
      count.next();
      return count.getInt(1);
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
