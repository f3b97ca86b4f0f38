package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is killed with SIGKILL amid a truncation. */
class KilledTruncationIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int OLD = 12_000;
  private static final int YOUNG = 300;

  @TempDir Path folder;
  private TruncationFixture fixture;
  private Broker broker;

  @BeforeEach
  void fill() throws SQLException {
    fixture = TruncationFixture.server();
    fixture.execute(
        "CREATE TABLE clicks (id INT PRIMARY KEY, seen_at DATETIME(3) NOT NULL, INDEX (seen_at))");
    Instant limit = Instant.now().minus(DoomedTruncation.KEEP);
    insert(0, OLD, limit.minusSeconds(1));
    insert(OLD, YOUNG, limit.plus(Duration.ofHours(1)));
    broker =
        RabbitBroker.open(
            RabbitOptions.of(DevServices.shared().rabbit().url())
                .topology(DoomedTruncation.TOPOLOGY));
  }

  @AfterEach
  void close() {
    broker.close();
    fixture.close();
  }

  @Test
  void another_worker_goes_on_and_exactly_the_old_rows_are_gone() throws Exception {
    try (Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS)) {
      producer.enqueue(TruncateTable.TYPE, new TruncateTable("clicks"));
    }
    Process doomed = start();
    try {
      await().atMost(PATIENCE).until(() -> rows() < OLD || !doomed.isAlive());
    } finally {
      doomed.destroyForcibly().waitFor();
    }
    long afterKill = rows();
    assertThat(afterKill).as(log()).isBetween(YOUNG + 1L, (long) OLD);
    assertThat(ended()).isZero();

    try (Worker next =
        DoomedTruncation.open(broker, fixture.database.dataSource(), BatchLimits.DEFAULTS)) {
      next.start();
      await().atMost(PATIENCE).until(() -> ended() == 1);
    }

    assertThat(rows()).isEqualTo(YOUNG);
    assertThat(fixture.count("SELECT MIN(id) FROM clicks")).isEqualTo(OLD);
    assertThat(fixture.column("SELECT state FROM sluice_long_task")).containsExactly("DONE");
    // What the step deleted that was lost is not counted, and nothing twice.
    assertThat(fixture.count("SELECT SUM(units) FROM sluice_long_task_lane"))
        .isBetween(afterKill - YOUNG, (long) OLD);
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(DoomedTruncation.class.getName());
    command.add(DevServices.shared().rabbit().url());
    command.addAll(fixture.connection());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  private long rows() throws SQLException {
    return fixture.count("SELECT COUNT(*) FROM clicks");
  }

  private long ended() throws SQLException {
    return fixture.count("SELECT COUNT(*) FROM sluice_long_task WHERE ended_at IS NOT NULL");
  }

  private void insert(int first, int count, Instant at) throws SQLException {
    StringBuilder values = new StringBuilder();
    for (int id = first; id < first + count; id++) {
      values.append(id == first ? "" : ", ").append("(%d, '%s')".formatted(id, SqlTimes.text(at)));
    }
    fixture.execute("INSERT INTO clicks VALUES " + values);
  }
}
