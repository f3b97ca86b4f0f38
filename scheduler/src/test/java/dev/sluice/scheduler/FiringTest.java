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
import java.time.Instant;
import java.time.InstantSource;
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
import org.junit.jupiter.api.Test;

class FiringTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.250Z");
  private static final Instant DUE = Instant.parse("2026-11-21T10:00:00Z");
  private static final JobSpec JOB =
      JobSpec.cron("report", "0 0 * * * ?", "reports.hourly", "reports").kwargs(Map.of("top", 10));

  private final TestDatabase tables = TestDatabase.h2();

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void a_firing_is_a_row_and_a_message_in_the_outbox() throws Exception {
    Optional<String> id = firing(tables.database().dataSource()).fire(JOB, DUE);

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
        .containsEntry(Headers.ORIGIN, "1@test");
    assertThat(new PayloadCodec().parse(task).kwargs().get("top").intValue()).isEqualTo(10);
  }

  @Test
  void the_same_instant_fired_twice_is_one_task() throws Exception {
    Firing one = firing(tables.database().dataSource());
    Firing other = firing(tables.database().dataSource());

    Optional<String> id = one.fire(JOB, DUE);

    assertThat(other.fire(JOB, DUE)).isEmpty();
    assertThat(one.fire(JOB, DUE)).isEmpty();
    assertThat(tables.firings("report")).containsExactly(id.orElseThrow());
    assertThat(tables.outboxRows()).isEqualTo(1);
    assertThat(one.fire(JOB, DUE.plusSeconds(3600))).isPresent();
    assertThat(tables.outboxRows()).isEqualTo(2);
  }

  @Test
  void the_same_instant_fired_by_many_at_once_is_one_task() throws Exception {
    Firing firing = firing(tables.database().dataSource());
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 10; round++) {
        Instant due = DUE.plusSeconds(round);
        Callable<Optional<String>> fire = () -> firing.fire(JOB, due);
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

    assertThatThrownBy(() -> crashing.fire(JOB, DUE)).hasMessage("crashed at commit");

    assertThat(tables.firings("report")).isEmpty();
    assertThat(tables.outboxRows()).isZero();
    assertThat(firing(tables.database().dataSource()).fire(JOB, DUE)).isPresent();
    assertThat(tables.outboxRows()).isEqualTo(1);
  }

  @Test
  void an_outbox_that_refuses_takes_the_row_of_the_firing_with_it() {
    tables.update("ALTER TABLE sluice_outbox RENAME TO elsewhere");

    assertThatThrownBy(() -> firing(tables.database().dataSource()).fire(JOB, DUE))
        .isInstanceOf(SQLException.class);

    assertThat(tables.firings("report")).isEmpty();
  }

  private static Firing firing(DataSource dataSource) {
    return new Firing(dataSource, new Topology("app"), InstantSource.fixed(NOW), "1@test");
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
