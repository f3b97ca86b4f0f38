package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.Route;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskIds;
import dev.sluice.worker.fanout.ChunkWriter;
import dev.sluice.worker.fanout.FanOutOptions;
import dev.sluice.worker.longtask.Continuation;
import dev.sluice.worker.longtask.Progress;
import dev.sluice.worker.longtask.State;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Continuations that come twice, late or at the same time, between the real servers. */
class FanOutSequencesIT {
  private static final int CHUNK = 50;
  private static final int LANES = FanOutOptions.DEFAULTS.lanes();

  /** Into the second chunk of some lane. */
  private static final int MIDDLE = LANES + 2;

  @RegisterExtension FanOutServers servers = new FanOutServers(1000);
  private final AtomicInteger writes = new AtomicInteger();
  private Worker worker;

  /** What a test does in the middle of a chunk; {@code write} counts them all, from 1. */
  private interface Meanwhile {
    void run(int write, List<Long> recipients) throws Exception;
  }

  @AfterEach
  void close() {
    worker.stopNow();
  }

  @Test
  void two_copies_that_run_at_the_same_time_go_on_as_one() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    AtomicInteger held = new AtomicInteger(-1);
    start(
        servers.database().dataSource(),
        (write, recipients) -> {
          int first = recipients.get(0).intValue();
          if (write == MIDDLE && held.compareAndSet(-1, first)) {
            deliverAgain();
          }
          if (held.get() == first) {
            both.countDown();
            both.await(FanOutServers.PATIENCE.toSeconds(), TimeUnit.SECONDS);
          }
        });
    servers.awaitEnd("done");

    assertThat(both.getCount()).as("both ran").isZero();
    servers.assertLedgerExact();
    assertThat(servers.repeatedChunks()).as("no chain is doubled").isBetween(1L, (long) LANES);
    assertThat(servers.chunks()).allMatch(times -> times <= 2);
  }

  @Test
  void copies_that_come_after_the_end_write_nothing() throws Exception {
    start(servers.database().dataSource(), (write, recipients) -> {});
    servers.awaitEnd("done");
    servers.redis().call(jedis -> jedis.flushDB());

    deliverEveryStep(0);
    servers.awaitEnd("done");

    assertThat(servers.redis().<Long>call(jedis -> jedis.dbSize())).isZero();
  }

  @Test
  void copies_that_come_after_it_was_cancelled_write_nothing() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    start(
        servers.database().dataSource(),
        (write, recipients) -> {
          if (write == MIDDLE) {
            assertThat(servers.longTasks().cancel(id())).isTrue();
            cancelled.countDown();
          }
        });
    assertThat(cancelled.await(FanOutServers.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    servers.awaitEnd("cancelled");
    assertThat(progress().done()).isLessThan(1000);
    assertThat(progress().endedAt()).isNotNull();
    servers.redis().call(jedis -> jedis.flushDB());

    deliverEveryStep(0);
    servers.awaitEnd("cancelled");

    assertThat(servers.redis().<Long>call(jedis -> jedis.dbSize())).isZero();
  }

  @Test
  void originals_that_come_after_a_rescue_are_stale() throws Exception {
    start(
        servers.database().dataSource(),
        (write, recipients) -> {
          if (write == MIDDLE) {
            // As if every lane had stood still: one at its chunk, the others in the queue.
            servers.execute("UPDATE sluice_long_task_lane SET expected_at = '2000-01-01'");
            assertThat(servers.longTasks().rescue(Duration.ofMinutes(10))).containsExactly(id());
          }
        });
    servers.awaitEnd("done");
    deliverEveryStep(0);
    deliverEveryStep(1);
    servers.awaitEnd("done");

    servers.assertLedgerExact();
    assertThat(servers.chunks()).allMatch(times -> times <= 2);
    assertThat(servers.repeatedChunks()).isLessThanOrEqualTo(LANES);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_commit_that_fails_or_of_which_nobody_knows_repeats_a_chunk_at_most(boolean committed)
      throws Exception {
    AtomicInteger failures = new AtomicInteger(LANES);
    DataSource failing =
        SteppedPool.committing(
            servers.database().dataSource(),
            connection -> {
              boolean fails = writes.get() >= MIDDLE && failures.getAndDecrement() > 0;
              if (!fails || committed) {
                connection.commit();
              }
              if (fails) {
                throw new SQLRecoverableException("the server went away", "08S01");
              }
            });
    start(failing, (write, recipients) -> {});
    servers.awaitEnd("done");

    assertThat(failures.get()).as("all of them").isNotPositive();
    servers.assertLedgerExact();
    assertThat(servers.repeatedChunks()).isLessThanOrEqualTo(LANES);
    assertThat(progress().state()).isEqualTo(State.DONE);
    assertThat(progress().done()).isEqualTo(1000);
  }

  private void start(DataSource database, Meanwhile meanwhile) {
    DoomedFanOut fanOut = new DoomedFanOut(database, servers.redis());
    ChunkWriter<DoomedFanOut.Notice> writer =
        (notice, recipients) -> {
          meanwhile.run(writes.incrementAndGet(), recipients);
          fanOut.write(notice, recipients);
        };
    worker =
        fanOut.open(
            servers.broker(), fanOut.kind(FanOutOptions.DEFAULTS.chunk(CHUNK), writer), 2 * LANES);
    worker.start();
    servers.start();
  }

  private Progress progress() throws SQLException {
    return Objects.requireNonNull(servers.progress());
  }

  private String id() throws SQLException {
    return progress().id();
  }

  /** A copy of the message that each lane is at, or waits for. */
  private void deliverAgain() throws SQLException {
    for (Continuation continuation : lanes()) {
      deliver(continuation);
    }
  }

  /** A copy of every message that any lane of an epoch had. */
  private void deliverEveryStep(int epoch) throws SQLException {
    for (Continuation lane : lanes()) {
      for (int step = 0; step <= lane.step(); step++) {
        deliver(new Continuation(lane.longTask(), lane.lane(), step, epoch));
      }
    }
  }

  private List<Continuation> lanes() throws SQLException {
    List<Continuation> lanes = new ArrayList<>();
    try (Connection connection = servers.database().dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery("SELECT long_task, lane, step, epoch FROM sluice_long_task_lane")) {
      while (row.next()) {
        lanes.add(new Continuation(row.getString(1), row.getInt(2), row.getInt(3), row.getInt(4)));
      }
    }
    assertThat(lanes).hasSize(LANES);
    return lanes;
  }

  private void deliver(Continuation continuation) {
    TaskMessage task =
        TaskMessage.builder(
                TaskIds.next(Instant.now()).toString(),
                DoomedFanOut.FAN_OUT.name() + ".step",
                new PayloadCodec().encode(continuation))
            .build();
    String queue = DoomedFanOut.TOPOLOGY.queue(DoomedFanOut.CHUNKS_QUEUE);
    servers.broker().publish(new Route.ToQueue(queue), MessageCodec.encode(task)).join();
  }
}
