package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.QueueSpec.Profile;
import dev.sluice.worker.DoomedWorker.Entry;
import dev.sluice.worker.dead.DeadFilter;
import dev.sluice.worker.dead.DeadTask;
import dev.sluice.worker.dead.DeadTasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers that are killed with SIGKILL, between RabbitMQ and MariaDB. */
class KilledWorkerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final DevServices SERVICES = DevServices.shared();

  @TempDir Path folder;
  private final String queue = "killed-" + UUID.randomUUID();
  private final List<String> duplicates = new CopyOnWriteArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private Database database;
  private RabbitBroker broker;
  private Producer producer;

  @BeforeEach
  void open() throws SQLException {
    DatabaseService server = SERVICES.database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
    execute("CREATE TABLE IF NOT EXISTS killed_effect (text VARCHAR(255) NOT NULL)");
    execute("DELETE FROM killed_effect");
    broker =
        RabbitBroker.open(
            RabbitOptions.of(SERVICES.rabbit().url()).topology(DoomedWorker.TOPOLOGY));
    await().atMost(PATIENCE).until(() -> broker.health().connected());
  }

  @AfterEach
  void close() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    broker.close();
    database.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"ACK", "FOLLOW_UP", "CONFIRM"})
  void a_transactional_task_and_its_follow_up_are_applied_once(Standstill.At moment)
      throws Exception {
    String id = enqueue(Profile.QUORUM, DoomedWorker.transactional(queue), "a");
    killAt(moment);
    assertThat(effects()).as("committed before the kill").contains("a");

    try (Worker next = nextLife()) {
      awaitEffects("a", "a/follow-up");
      awaitEmpty(queue);
      awaitEmpty(DoomedWorker.FOLLOW_UPS);
      assertThat(next.health().consuming()).isTrue();
    }
    if (moment == Standstill.At.ACK) {
      assertThat(duplicates).contains(id);
    }
    if (moment == Standstill.At.CONFIRM) {
      assertThat(duplicates).as("published twice").contains(TaskIds.child(id, 0).toString());
    }
    assertThat(effects()).containsExactly("a", "a/follow-up");
  }

  @Test
  void a_plain_task_runs_again_and_its_follow_up_has_the_same_id() throws Exception {
    String id = enqueue(Profile.QUORUM, DoomedWorker.plain(queue), "p");
    killAt(Standstill.At.ACK);
    assertThat(effects()).as("done before the kill").contains("p");

    try (Worker next = nextLife()) {
      awaitEffects("p", "p", "p/follow-up");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(duplicates).contains(TaskIds.child(id, 0).toString()));
      awaitEmpty(queue);
      assertThat(next.health().consuming()).isTrue();
    }
    assertThat(effects()).containsExactly("p", "p", "p/follow-up");
  }

  /** On a classic queue, where the broker counts nothing. */
  @Test
  void poison_is_dead_after_five_workers_and_whoever_ran_beside_it_is_not() throws Exception {
    Profile profile = Profile.CLASSIC;
    String poison = enqueue(profile, DoomedWorker.poison(queue), "poison");
    String innocent = enqueue(profile, DoomedWorker.innocent(queue), "innocent");

    for (int life = 1; life <= 5; life++) {
      Process worker = start(profile, life, Standstill.At.NEVER);
      assertThat(worker.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(log(life)).isTrue();
      assertThat(worker.exitValue()).as(log(life)).isEqualTo(DoomedWorker.POISONED);
      assertThat(deadTasks()).isEmpty();
    }
    start(profile, 6, Standstill.At.NEVER);

    awaitEffects("innocent");
    List<DeadTask> dead = await().atMost(PATIENCE).until(this::deadTasks, all -> !all.isEmpty());
    assertThat(dead)
        .singleElement()
        .satisfies(
            task -> {
              assertThat(task.taskId()).isEqualTo(poison).isNotEqualTo(innocent);
              assertThat(task.reason()).isEqualTo("WORKER_LOST");
              assertThat(task.detail()).contains("5 times");
            });
    awaitEmpty(queue);
  }

  @ParameterizedTest
  @EnumSource(names = {"COMMIT", "ACK", "CONFIRM"})
  void a_batch_and_its_follow_ups_are_applied_once(Standstill.At moment) throws Exception {
    List<String> ids = new ArrayList<>();
    for (String text : List.of("a", "b", "c")) {
      ids.add(enqueue(Profile.QUORUM, DoomedWorker.batch(queue), text));
    }
    killAt(moment);
    boolean committed = moment != Standstill.At.COMMIT;
    assertThat(effects().contains("a")).as("committed before the kill").isEqualTo(committed);

    try (Worker next = nextLife()) {
      awaitEffects("a", "a/follow-up", "b", "b/follow-up", "c", "c/follow-up");
      awaitEmpty(queue);
      awaitEmpty(DoomedWorker.FOLLOW_UPS);
      assertThat(next.health().consuming()).isTrue();
    }
    switch (moment) {
      case COMMIT -> assertThat(duplicates).doesNotContainAnyElementsOf(ids);
      case ACK -> assertThat(duplicates).containsAll(ids);
      default -> assertThat(duplicates).as("a follow-up, published twice").isNotEmpty();
    }
    assertThat(effects()).hasSize(6);
  }

  @Test
  void poison_in_a_batch_is_dead_after_five_workers_and_the_others_are_applied_once()
      throws Exception {
    Profile profile = Profile.CLASSIC;
    enqueue(profile, DoomedWorker.batch(queue), "a");
    String poison = enqueue(profile, DoomedWorker.batch(queue), DoomedWorker.POISON);
    enqueue(profile, DoomedWorker.batch(queue), "c");

    for (int life = 1; life <= 5; life++) {
      Process worker = start(profile, life, Standstill.At.NEVER);
      assertThat(worker.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(log(life)).isTrue();
      assertThat(worker.exitValue()).as(log(life)).isEqualTo(DoomedWorker.POISONED);
      assertThat(deadTasks()).isEmpty();
    }
    start(profile, 6, Standstill.At.NEVER);

    awaitEffects("a", "a/follow-up", "c", "c/follow-up");
    List<DeadTask> dead = await().atMost(PATIENCE).until(this::deadTasks, all -> !all.isEmpty());
    assertThat(dead).extracting(DeadTask::taskId).containsExactly(poison);
    assertThat(dead.get(0).reason()).isEqualTo("WORKER_LOST");
    awaitEmpty(queue);
  }

  private String enqueue(Profile profile, TaskType<Entry> type, String text) {
    ProducerOptions options =
        ProducerOptions.DEFAULTS.queues(
            name -> new QueueSpec(name, name.endsWith(queue) ? profile : Profile.QUORUM));
    if (producer == null) {
      producer = Producer.open(broker, options);
    }
    return producer.enqueue(type, new Entry(text)).taskId();
  }

  private void killAt(Standstill.At moment) throws Exception {
    Process worker = start(Profile.QUORUM, 1, moment);
    await().atMost(PATIENCE).until(() -> log(1).contains(Standstill.REACHED) || !worker.isAlive());
    assertThat(worker.isAlive()).as(log(1)).isTrue();
    worker.destroyForcibly().waitFor();
  }

  private Process start(Profile profile, int life, Standstill.At moment) throws Exception {
    DatabaseService server = SERVICES.database();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DoomedWorker.class.getName(),
                SERVICES.rabbit().url(),
                server.jdbcUrl(),
                server.user(),
                server.password(),
                queue,
                profile.name(),
                Integer.toString(life),
                moment.name())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log" + life).toFile())
            .start();
    processes.add(process);
    return process;
  }

  private String log(int life) throws Exception {
    return Files.readString(folder.resolve("log" + life));
  }

  private Worker nextLife() {
    WorkerListener listener =
        new WorkerListener() {
          @Override
          public void duplicate(Task task) {
            duplicates.add(task.id());
          }
        };
    return new DoomedWorker(queue, database.dataSource(), 2)
        .open(broker, Profile.QUORUM, listener)
        .start();
  }

  private void awaitEffects(String... texts) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(effects()).containsExactly(texts));
  }

  /** Every message of the queue is settled: nothing comes back once its consumers are gone. */
  private void awaitEmpty(String name) {
    String full = DoomedWorker.TOPOLOGY.queue(name);
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(BrokerException.class)
        .until(
            () ->
                SERVICES
                    .rabbit()
                    .ctl("-q", "list_queues", "name", "messages")
                    .lines()
                    .anyMatch(line -> line.equals(full + "\t0")));
  }

  private List<DeadTask> deadTasks() throws SQLException {
    return new DeadTasks(database.dataSource(), InstantSource.system())
        .list(DeadFilter.ALL, 1000).stream()
            .filter(task -> task.queue().equals(DoomedWorker.TOPOLOGY.queue(queue)))
            .toList();
  }

  private List<String> effects() throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT text FROM killed_effect ORDER BY text")) {
      while (row.next()) {
        texts.add(row.getString(1));
      }
    }
    return texts;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
