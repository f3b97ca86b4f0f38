package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.TaskType;
import dev.sluice.testkit.ClubNotices.Notice;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.fanout.FanOut;
import dev.sluice.worker.fanout.FanOutOptions;
import dev.sluice.worker.longtask.LongTasks;
import dev.sluice.worker.longtask.NotNow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Notices to the members of a club, into a table or by ringing a bell that may be away. */
class FanOutTest {
  private static final TaskType<Notice> RING =
      TaskType.of("club.ring", Notice.class).queue("clubs");
  private static final FanOutOptions OPTIONS = FanOutOptions.DEFAULTS.chunk(10).lanes(3);

  private final List<Long> rung = new CopyOnWriteArrayList<>();
  private final List<String> callbacks = new CopyOnWriteArrayList<>();
  private volatile int refusals;

  @RegisterExtension SluiceTest sluice = SluiceTest.withDatabase(this::register);

  private void register(Handlers handlers, DataSource dataSource) {
    ClubNotices.fanOut(dataSource, OPTIONS, this::now).register(handlers, dataSource);
    FanOut.of(RING, dataSource, new ClubNotices.Members(), this::ring, OPTIONS, this::now)
        .register(handlers, dataSource);
    handlers.handle(ClubNotices.NOTIFIED, this::notified);
  }

  private Instant now() {
    return sluice.clock().instant();
  }

  private void ring(Notice notice, List<Long> members) {
    if (refusals > 0) {
      refusals--;
      throw new NotNow("the bell is away", Duration.ofSeconds(5), new IllegalStateException());
    }
    rung.addAll(members);
  }

  private Outcome notified(Notice notice, TaskContext task) {
    callbacks.add(notice.text());
    return Outcome.completed();
  }

  @BeforeEach
  void tables() throws SQLException {
    update("CREATE TABLE member (id BIGINT PRIMARY KEY, club BIGINT, active BOOLEAN)");
    // No key: a second notice to the same member would be seen.
    update("CREATE TABLE notice (member BIGINT, text VARCHAR(99))");
  }

  @Test
  void every_member_gets_one_notice_and_the_callback_comes_once() throws Exception {
    members(95);
    sluice.enqueue(ClubNotices.NOTIFY, new Notice(7, "hello"));
    sluice.drain();

    assertThat(notices()).containsExactly(95L, 95L);
    assertThat(callbacks).containsExactly("hello");
    assertThat(count("SELECT COUNT(*) FROM sluice_long_task_lane")).isEqualTo(3);
  }

  @Test
  void what_fits_into_one_chunk_is_written_at_once() throws Exception {
    members(10);
    sluice.enqueue(ClubNotices.NOTIFY, new Notice(7, "hello"));
    sluice.drain();

    assertThat(notices()).containsExactly(10L, 10L);
    assertThat(callbacks).containsExactly("hello");
    assertThat(count("SELECT COUNT(*) FROM sluice_long_task_lane")).isZero();
  }

  @Test
  void nobody_to_write_to_is_done_at_once() throws Exception {
    sluice.enqueue(ClubNotices.NOTIFY, new Notice(7, "hello"));
    sluice.drain();

    assertThat(callbacks).containsExactly("hello");
  }

  @Test
  void active_members_of_a_lane_come_before_the_others() throws Exception {
    members(33);
    sluice.enqueue(RING, new Notice(7, "ring"));
    sluice.drain();

    assertThat(rung).hasSize(33).doesNotHaveDuplicates();
    for (long lane = 0; lane < 3; lane++) {
      long from = lane * 10 + (lane == 0 ? 0 : 1);
      long to = lane == 2 ? 33 : lane * 10 + 10;
      List<Boolean> active =
          rung.stream().filter(id -> id >= from && id <= to).map(id -> id % 3 != 0).toList();
      assertThat(active).isSortedAccordingTo((a, b) -> Boolean.compare(b, a));
    }
  }

  @Test
  void a_chunk_whose_receiver_is_away_waits_and_uses_up_no_attempt() throws Exception {
    members(33);
    refusals = 20;
    sluice.enqueue(RING, new Notice(7, "ring"));
    sluice.advanceToEnd();

    assertThat(rung).hasSize(33).doesNotHaveDuplicates();
    assertThat(sluice.deadTasks()).isEmpty();
    assertThat(new LongTasks(sluice.dataSource(), sluice.producer(), this::now).open(10)).isEmpty();
  }

  private void members(int count) throws SQLException {
    update("INSERT INTO member SELECT x, 7, MOD(x, 3) <> 0 FROM SYSTEM_RANGE(1, " + count + ")");
    update("INSERT INTO member VALUES (1000, 8, TRUE)");
  }

  private List<Long> notices() throws SQLException {
    return List.of(
        count("SELECT COUNT(*) FROM notice"), count("SELECT COUNT(DISTINCT member) FROM notice"));
  }

  private void update(String sql) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private long count(String sql) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
