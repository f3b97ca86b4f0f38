package dev.sluice.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.loop.Loop;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for a database, and what ends the wait. */
class DatabaseGovernorTest {
  private volatile long skipped;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final DatabaseGovernor database =
      new DatabaseGovernor(
          "main", GovernorOptions.DEFAULTS.ticks(() -> System.nanoTime() + skipped));
  private final AtomicInteger changes = new AtomicInteger();
  private volatile boolean away;
  private final Loop prober =
      database.prober(
          () -> {
            if (away) {
              throw new SQLException("refused");
            }
          });

  @AfterEach
  void close() {
    threads.shutdownNow();
  }

  @Test
  void the_first_batch_of_a_type_under_a_ceiling_is_one_task_and_tells_how_large_the_others_may_be()
      throws Exception {
    assertThat(database.largestBatch("t", 500)).isEqualTo(500);
    database.ceiling(10_000);
    assertThat(database.largestBatch("t", 500)).isEqualTo(1);

    try (RowPermit permit = database.take("t", 1)) {
      permit.ended(50, 1_000_000);
    }
    assertThat(database.largestBatch("t", 500)).isEqualTo(10);
  }

  @Test
  void who_waits_for_the_ceiling_is_given_back_when_the_database_goes_away() throws Exception {
    database.ceiling(10);
    RowPermit first = database.take("t", 5);
    CompletableFuture<RowPermit> second = take("t");
    CompletableFuture<RowPermit> third = take("t");

    goAway();
    for (CompletableFuture<RowPermit> waiting : List.of(second, third)) {
      assertThatThrownBy(waiting::join)
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfSatisfying(
              NotPermitted.class, refusal -> assertThat(refusal.paused()).isTrue())
          .hasMessageContaining("database 'main' is away: refused");
    }
    assertThatThrownBy(() -> first.again(2)).isInstanceOf(NotPermitted.class);
    first.close();
    assertThat(database.snapshot().running()).isZero();
    assertThat(database.snapshot().outstanding()).isZero();
    assertThat(changes.get()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void who_waits_for_the_concurrency_is_given_back_when_the_database_goes_away() throws Exception {
    database.concurrency(1);
    RowPermit first = database.take("t", 1);
    CompletableFuture<RowPermit> second = take("t");
    goAway();
    assertThatThrownBy(second::join).hasCauseInstanceOf(NotPermitted.class);
    first.close();
  }

  @Test
  void who_writes_without_leave_gets_a_connection_once_nothing_is_owed() throws Exception {
    DataSource governed = database.governed(stub(DataSource.class, stub(Connection.class, null)));
    database.ceiling(10);
    database.charge(100);
    Future<Connection> given = threads.submit(() -> governed.getConnection());
    await().during(Duration.ofMillis(300)).until(() -> !given.isDone());

    skipped = Duration.ofSeconds(11).toNanos();

    assertThat(given.get(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void one_failed_connection_is_no_outage() throws Exception {
    database.failed(new IllegalStateException(new SQLTransientConnectionException("lost")));
    prober.runOnce();
    assertThat(database.snapshot().breaker()).isEqualTo(BreakerState.CLOSED);
    database.failed(new SQLException("a task's own fault", "23000", 1062));
    away = true;
    prober.runOnce();
    assertThat(database.snapshot().breaker()).as("not probed").isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void a_server_that_answers_nothing_is_away_before_any_connection_fails() throws Exception {
    away = true;
    RowPermit stuck = database.take("t", 1);
    prober.runOnce();
    assertThat(database.snapshot().breaker()).isEqualTo(BreakerState.CLOSED);
    skipped += Duration.ofSeconds(6).toNanos();
    prober.runOnce();
    assertThat(database.snapshot().breaker()).isEqualTo(BreakerState.OPEN);
    stuck.close();
  }

  @Test
  void a_long_transaction_alone_is_no_standstill_when_the_probe_succeeds() throws Exception {
    RowPermit stuck = database.take("t", 1);
    skipped += Duration.ofSeconds(6).toNanos();
    prober.runOnce();
    assertThat(database.snapshot().breaker()).isEqualTo(BreakerState.CLOSED);
    stuck.close();
  }

  @Test
  void a_higher_ceiling_lets_who_waits_go_on_at_once() throws Exception {
    database.ceiling(1);
    RowPermit first = database.take("t", 60);
    first.ended(60, 1);
    CompletableFuture<RowPermit> second = take("t");
    await().pollDelay(Duration.ofMillis(200)).until(() -> !second.isDone());
    database.ceiling(1_000_000);
    second.join().close();
    first.close();
  }

  @Test
  void they_get_their_turns_in_the_order_in_which_they_came() throws Exception {
    database.concurrency(1);
    RowPermit first = database.take("t", 1);
    List<Integer> order = new CopyOnWriteArrayList<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      Thread[] started = new Thread[1];
      all.add(
          CompletableFuture.runAsync(
              () -> {
                started[0] = Thread.currentThread();
                try (RowPermit permit = database.take("t", 1)) {
                  order.add(number);
                  permit.ended(2, 1);
                } catch (InterruptedException | NotPermitted e) {
                  throw new CompletionException(e);
                }
              },
              threads));
      await()
          .until(
              () -> {
                Thread thread = started[0];
                return thread != null
                    && (thread.getState() == Thread.State.WAITING
                        || thread.getState() == Thread.State.TIMED_WAITING);
              });
    }
    first.close();
    all.forEach(CompletableFuture::join);
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void a_part_of_a_batch_pays_although_others_wait() throws Exception {
    database.concurrency(1);
    database.ceiling(1_000);
    RowPermit batch = database.take("t", 10);
    CompletableFuture<RowPermit> other = take("t");
    batch.ended(20, 0);
    batch.again(10);
    assertThat(database.snapshot().outstanding()).isEqualTo(10);
    batch.ended(10, 1);
    batch.close();
    other.join().close();
    assertThat(database.snapshot().rows()).isEqualTo(30);
  }

  private CompletableFuture<RowPermit> take(String type) {
    CompletableFuture<RowPermit> taken = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                taken.complete(database.take(type, 1));
              } catch (Exception e) {
                taken.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    await()
        .until(
            () ->
                thread.getState() == Thread.State.WAITING
                    || thread.getState() == Thread.State.TIMED_WAITING);
    return taken;
  }

  private void goAway() throws Exception {
    AutoCloseable listening = database.onChange(changes::incrementAndGet);
    away = true;
    database.failed(new SQLTransientConnectionException("lost", "08001"));
    prober.runOnce();
    listening.close();
    assertThat(database.away()).isTrue();
  }

  /** Answers every call with {@code answer}. */
  private static <T> T stub(Class<T> type, Object answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> answer));
  }
}
