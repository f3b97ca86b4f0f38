package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskIds;
import dev.sluice.topology.Topology;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FiringTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.250Z");
  private static final Instant DUE = Instant.parse("2026-11-21T10:00:00Z");
  private static final JobSpec JOB =
      JobSpec.cron("report", "0 0 * * * ?", "reports.hourly", "reports").kwargs(Map.of("top", 10));

  private final TestDatabase tables = TestDatabase.h2();
  private volatile Instant now = NOW;

  @BeforeEach
  void makeJob() {
    tables.jobs(DUE.minusSeconds(1), JOB);
  }

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void a_firing_is_a_row_and_a_message_in_the_outbox() throws Exception {
    Optional<String> id = fire(firing(tables.database().dataSource()), DUE);

    assertThat(id).isPresent();
    assertThat(TaskIds.time(id.get())).isEqualTo(NOW);
    assertThat(tables.firings("report")).containsExactly(id.get());
    assertThat(tables.query("SELECT queue FROM sluice_outbox")).containsExactly("app.reports");
    List<Message> messages = tables.outboxMessages();
    assertThat(messages).hasSize(1);
    TaskMessage task = MessageCodec.decode(messages.get(0));
    assertThat(task.id()).isEqualTo(id.get());
    assertThat(task.task()).isEqualTo("reports.hourly");
    assertThat(task.headers())
        .containsEntry(Headers.FIRING, "report@2026-11-21T10:00:00Z")
        .containsKey(Headers.ORIGIN);
    assertThat(new PayloadCodec().parse(task).kwargs().get("top").intValue()).isEqualTo(10);
  }

  @Test
  void the_same_instant_fired_twice_is_one_task() throws Exception {
    Firing one = firing(tables.database().dataSource());
    Firing other = firing(tables.database().dataSource());

    Optional<String> id = fire(one, DUE);

    assertThat(other.fire("report", DUE)).isEmpty();
    assertThat(one.fire("report", DUE)).isEmpty();
    assertThat(tables.firings("report")).containsExactly(id.orElseThrow());
    assertThat(tables.outboxRows()).isEqualTo(1);
    now = NOW.plusSeconds(3600);
    assertThat(one.fire("report", DUE.plusSeconds(3600))).isPresent();
    assertThat(tables.outboxRows()).isEqualTo(2);
  }

  @Test
  void the_same_instant_fired_by_many_at_once_is_one_task() throws Exception {
    Firing firing = firing(tables.database().dataSource());
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 10; round++) {
        Instant due = DUE.plus(Duration.ofHours(round));
        now = due;
        Callable<Optional<String>> fire = () -> fire(firing, due);
        int fired = 0;
        for (Future<Optional<String>> one : threads.invokeAll(Collections.nCopies(8, fire))) {
          fired += one.get().isPresent() ? 1 : 0;
        }
        assertThat(fired).isEqualTo(1);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(tables.outboxRows()).isEqualTo(10);
  }

  @Test
  void a_crash_before_the_commit_leaves_neither_row_and_the_firing_can_be_repeated()
      throws Exception {
    Firing crashing = firing(failing("commit"));

    assertThatThrownBy(() -> crashing.fire("report", DUE)).hasMessage("crashed at commit");

    assertThat(tables.firings("report")).isEmpty();
    assertThat(tables.outboxRows()).isZero();
    assertThat(firing(tables.database().dataSource()).fire("report", DUE)).isPresent();
    assertThat(tables.outboxRows()).isEqualTo(1);
  }

  @Test
  void an_outbox_that_refuses_takes_the_row_of_the_firing_with_it() {
    tables.update("ALTER TABLE sluice_outbox RENAME TO elsewhere");

    assertThatThrownBy(() -> firing(tables.database().dataSource()).fire("report", DUE))
        .isInstanceOf(SQLException.class);

    assertThat(tables.firings("report")).isEmpty();
  }

  @Test
  void a_job_that_is_paused_disabled_or_gone_is_not_fired() throws Exception {
    Firing firing = firing(tables.database().dataSource());

    tables.update("UPDATE sluice_job SET paused = TRUE");
    assertThat(firing.fire("report", DUE)).isEmpty();
    tables.update("DELETE FROM sluice_job");
    assertThat(firing.fire("report", DUE)).isEmpty();
    tables.jobs(DUE.minusSeconds(1), JOB.enabled(false));
    assertThat(firing.fire("report", DUE)).isEmpty();

    assertThat(tables.firings("report")).isEmpty();
    assertThat(tables.outboxRows()).isZero();
  }

  @Test
  void an_instant_before_the_job_was_made_or_at_which_it_is_not_due_is_not_fired()
      throws Exception {
    Firing firing = firing(tables.database().dataSource());

    assertThat(firing.fire("report", DUE.minus(Duration.ofHours(1)))).isEmpty();
    assertThat(firing.fire("report", DUE.plusSeconds(30))).isEmpty();

    assertThat(tables.firings("report")).isEmpty();
  }

  @Test
  void an_instant_still_to_come_is_not_fired_but_for_what_clocks_differ_by() throws Exception {
    Firing firing = firing(tables.database().dataSource());

    now = DUE.minusSeconds(6);
    tables.update("UPDATE sluice_job SET since = '2026-11-21 09:00:00'");
    assertThat(firing.fire("report", DUE)).isEmpty();
    assertThat(tables.firings("report")).isEmpty();

    now = DUE.minusSeconds(5);
    assertThat(firing.fire("report", DUE)).isPresent();
  }

  @Test
  void a_time_of_making_that_is_still_to_come_is_that_of_a_wrong_clock_and_not_believed()
      throws Exception {
    tables.update("UPDATE sluice_job SET since = '2026-11-21 11:30:00'");

    assertThat(firing(tables.database().dataSource()).fire("report", DUE)).isPresent();
  }

  @Test
  void jitter_puts_the_start_of_the_task_off_and_not_its_firing() throws Exception {
    tables.update("DELETE FROM sluice_job");
    tables.jobs(DUE.minusSeconds(1), JOB.jitter(Duration.ofHours(12)));
    Instant start = DUE.plus(Jitter.of(JOB.jitter(Duration.ofHours(12)), DUE));

    FiringRow fired = firing(tables.database().dataSource()).fire("report", DUE).orElseThrow();

    assertThat(fired.state()).isEqualTo(FiringState.ENQUEUED);
    assertThat(fired.enqueuedAt()).isEqualTo(NOW);
    TaskMessage task = MessageCodec.decode(tables.outboxMessages().get(0));
    assertThat(task.eta()).isEqualTo(start).isAfter(NOW);
    assertThat(tables.query("SELECT 1 FROM sluice_outbox WHERE eta > ?", "2026-11-21 10:00:01"))
        .hasSize(1);
  }

  private static Optional<String> fire(Firing firing, Instant due) throws SQLException {
    return firing.fire("report", due).map(FiringRow::taskId);
  }

  private Firing firing(DataSource dataSource) {
    return new Firing(dataSource, new Topology("app"), () -> now);
  }

  /** Connections on which one method throws instead of doing its work. */
  private DataSource failing(String method) {
    DataSource real = tables.database().dataSource();
    return proxy(
        DataSource.class,
        real,
        "getConnection",
        () -> {
          Connection connection = real.getConnection();
          return proxy(
              Connection.class,
              connection,
              method,
              () -> {
                throw new SQLException("crashed at " + method);
              });
        });
  }

  private static <T> T proxy(Class<T> type, T real, String method, Callable<?> instead) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)) {
                return instead.call();
              }
              try {
                return called.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
