package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static dev.sluice.timelines.handlers.TimelineFixture.CHUNK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.timelines.FanOutStep;
import dev.sluice.timelines.PostCreated;
import dev.sluice.worker.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sequences that double, stop or lose a fan-out which is not fenced. */
class FanOutIT {
  private TimelineFixture fixture;

  @BeforeEach
  void open() throws SQLException {
    fixture = new TimelineFixture();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void a_post_to_one_chunk_of_followers_is_written_at_once() throws Exception {
    fixture.follow(AUTHOR, 1, 2, 3);
    PostCreated post = fixture.post(1);

    assertThat(fixture.write(post)).isEqualTo(Outcome.completed());

    assertEveryFollowerHasIt(post, CHUNK);
    assertThat(fixture.continuations()).isEmpty();
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_fan_out")).isZero();
  }

  @Test
  void one_follower_more_starts_a_fan_out_that_reaches_everyone_chunk_by_chunk() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1, 10).toArray());
    PostCreated post = fixture.post(1);

    fixture.write(post);
    assertThat(fixture.oldestFirst(fixture.keys.following(1))).isEmpty();
    fixture.drain(0);

    assertEveryFollowerHasIt(post, 10);
    assertThat(fixture.continuations()).extracting(FanOutStep::chunk).containsExactly(0, 1, 2, 3);
    assertFanOutIsDone(4, 10);
  }

  @Test
  void followers_that_fill_the_last_chunk_exactly_end_with_an_empty_one() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1, 6).toArray());
    PostCreated post = fixture.post(1);

    fixture.write(post);
    fixture.drain(0);

    assertEveryFollowerHasIt(post, 6);
    assertFanOutIsDone(3, 6);
  }

  @Test
  void a_continuation_delivered_twice_does_not_double_the_chain() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1, 10).toArray());
    fixture.write(fixture.post(1));
    FanOutStep first = fixture.continuations().get(0);

    handle(first);
    handle(first);
    assertThat(fixture.continuations()).hasSize(2);
    fixture.drain(1);

    assertFanOutIsDone(4, 10);
  }

  @Test
  void a_continuation_that_comes_late_changes_nothing() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1, 10).toArray());
    fixture.write(fixture.post(1));
    fixture.drain(0);
    int before = fixture.continuations().size();
    fixture.redis.del(fixture.keys.following(1));

    for (FanOutStep step : fixture.continuations()) {
      assertThat(handle(step)).isEqualTo(Outcome.completed());
    }

    assertThat(fixture.continuations()).hasSize(before);
    assertThat(fixture.oldestFirst(fixture.keys.following(1))).isEmpty();
    assertFanOutIsDone(4, 10);
  }

  @Test
  void a_continuation_of_an_earlier_epoch_is_stale() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1, 10).toArray());
    fixture.write(fixture.post(1));
    FanOutStep paused = fixture.continuations().get(0);
    fixture.execute("UPDATE sluice_fan_out_lane SET epoch = epoch + 1");

    handle(paused);
    assertThat(fixture.count("SELECT chunk FROM sluice_fan_out_lane")).isZero();
    FanOutStep resumed = new FanOutStep(paused.fanOut(), paused.lane(), paused.chunk(), 1);
    assertThat(resumed.taskId()).isNotEqualTo(paused.taskId());
    handle(resumed);

    assertThat(fixture.count("SELECT chunk FROM sluice_fan_out_lane")).isEqualTo(1);
  }

  @Test
  void of_two_copies_that_run_at_once_one_moves_the_lane() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1, 10).toArray());
    fixture.write(fixture.post(1));
    FanOutStep first = fixture.continuations().get(0);
    // Both have read the lane and written to Redis before either may move the lane.
    CountDownLatch bothWrote = new CountDownLatch(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Outcome> one = threads.submit(() -> handleMeeting(bothWrote, first));
      Future<Outcome> other = threads.submit(() -> handleMeeting(bothWrote, first));
      assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(Outcome.completed());
      assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(Outcome.completed());
    } finally {
      threads.shutdownNow();
    }

    assertThat(fixture.continuations()).hasSize(2);
    assertThat(fixture.count("SELECT chunk FROM sluice_fan_out_lane")).isEqualTo(1);
    assertThat(fixture.count("SELECT written FROM sluice_fan_out_lane")).isEqualTo(CHUNK);
  }

  @Test
  void a_kill_between_redis_and_the_row_repeats_one_chunk() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1, 10).toArray());
    PostCreated post = fixture.post(1);
    fixture.write(post);
    FanOutStep first = fixture.continuations().get(0);
    TimelineHandlers killed =
        fixture.on(
            new SteppedDataSource(
                fixture.database.dataSource(),
                () -> {
                  throw new SQLException("killed");
                }));

    assertThatThrownBy(() -> killed.fanOutHandler().handle(first, fixture.task))
        .hasMessage("killed");
    assertThat(fixture.oldestFirst(fixture.keys.following(3))).hasSize(1);
    assertThat(fixture.oldestFirst(fixture.keys.following(4))).isEmpty();
    assertThat(fixture.continuations()).hasSize(1);

    fixture.drain(0);
    assertEveryFollowerHasIt(post, 10);
    assertFanOutIsDone(4, 10);
  }

  @Test
  void a_commit_that_fails_moves_neither_the_lane_nor_the_chain() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1, 10).toArray());
    PostCreated post = fixture.post(1);
    fixture.write(post);
    FanOutStep first = fixture.continuations().get(0);
    TimelineHandlers failing = fixture.on(FailingCommit.on(fixture.database.dataSource()));

    assertThatThrownBy(() -> failing.fanOutHandler().handle(first, fixture.task))
        .hasMessage(FailingCommit.MESSAGE);
    assertThat(fixture.count("SELECT chunk FROM sluice_fan_out_lane")).isZero();
    assertThat(fixture.continuations()).hasSize(1);

    fixture.drain(0);
    assertEveryFollowerHasIt(post, 10);
  }

  @Test
  void a_post_that_is_rolled_back_leaves_neither_fan_out_nor_continuation() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1, 10).toArray());
    try (Connection connection = fixture.database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      fixture
          .timelines
          .postHandler()
          .handle(fixture.post(1), fixture.task.in(connection), connection);
      connection.rollback();
    }

    assertThat(fixture.continuations()).isEmpty();
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_fan_out")).isZero();
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_fan_out_lane")).isZero();
  }

  @Test
  void a_follower_who_comes_behind_the_cursor_during_the_fan_out_is_reached() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1, 8).toArray());
    PostCreated post = fixture.post(1);
    fixture.write(post);
    handle(fixture.continuations().get(0));
    fixture.follow(AUTHOR, 9, 10);

    fixture.drain(1);

    assertEveryFollowerHasIt(post, 10);
  }

  @Test
  void a_continuation_of_a_fan_out_that_does_not_exist_is_discarded() throws Exception {
    FanOutStep unknown = FanOutStep.first("019a9f3c-1c00-8000-8000-000000000009", 0);

    assertThat(handle(unknown)).isInstanceOf(Outcome.Discarded.class);
  }

  private Outcome handle(FanOutStep step) throws Exception {
    return fixture.timelines.fanOutHandler().handle(step, fixture.task);
  }

  private Outcome handleMeeting(CountDownLatch meeting, FanOutStep step) throws Exception {
    TimelineHandlers timelines =
        fixture.on(
            new SteppedDataSource(
                fixture.database.dataSource(),
                () -> {
                  meeting.countDown();
                  assertThat(meeting.await(30, TimeUnit.SECONDS)).isTrue();
                }));
    return timelines.fanOutHandler().handle(step, new FakeTask(step.taskId()));
  }

  private void assertEveryFollowerHasIt(PostCreated post, int followers) {
    for (long follower = 1; follower <= followers; follower++) {
      assertThat(fixture.oldestFirst(fixture.keys.following(follower)))
          .as("timeline of %s", follower)
          .containsExactly(Long.toString(post.post()));
    }
    assertThat(fixture.oldestFirst(fixture.keys.following(followers + 1))).isEmpty();
  }

  private void assertFanOutIsDone(int chunks, int written) throws SQLException {
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_fan_out WHERE done_at IS NOT NULL"))
        .isEqualTo(1);
    assertThat(fixture.count("SELECT chunk FROM sluice_fan_out_lane WHERE done")).isEqualTo(chunks);
    assertThat(fixture.count("SELECT written FROM sluice_fan_out_lane")).isEqualTo(written);
    assertThat(fixture.count("SELECT COUNT(DISTINCT task_id) FROM outbox"))
        .isEqualTo(fixture.continuations().size())
        .isEqualTo(chunks);
  }
}
