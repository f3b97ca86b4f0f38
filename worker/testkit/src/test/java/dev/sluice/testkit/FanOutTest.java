package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.TaskType;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.fanout.ChunkInserter;
import dev.sluice.worker.fanout.FanOut;
import dev.sluice.worker.fanout.FanOutOptions;
import dev.sluice.worker.fanout.Recipients;
import dev.sluice.worker.longtask.LongTasks;
import dev.sluice.worker.longtask.NotNow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One notice to many members of a club, by one multi-row insert a chunk, or outside of a table. */
class FanOutTest {
  record Notice(long club, String text) {}

  private static final TaskType<Notice> NOTIFY =
      TaskType.of("club.notify", Notice.class).queue("clubs");
  private static final TaskType<Notice> RING =
      TaskType.of("club.ring", Notice.class).queue("clubs");
  private static final TaskType<Notice> NOTIFIED =
      TaskType.of("club.notified", Notice.class).queue("clubs");
  private static final FanOutOptions OPTIONS = FanOutOptions.DEFAULTS.chunk(10).lanes(3);

  private final List<Long> rung = new CopyOnWriteArrayList<>();
  private final List<String> callbacks = new CopyOnWriteArrayList<>();
  private volatile int refusals;

  @RegisterExtension SluiceTest sluice = SluiceTest.withDatabase(this::register);

  private void register(Handlers handlers, DataSource dataSource) {
    FanOut.inserting(NOTIFY, dataSource, new Members(), new Notifications(), OPTIONS, this::now)
        .whenDone(NOTIFIED, notice -> notice)
        .register(handlers, dataSource);
    FanOut.of(RING, dataSource, new Members(), this::ring, OPTIONS, this::now)
        .register(handlers, dataSource);
    handlers.handle(NOTIFIED, this::notified);
  }

  private java.time.Instant now() {
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

  /** Active members first. */
  private static final class Members implements Recipients<Notice> {
    @Override
    public List<Long> page(
        Connection connection, Notice notice, int tier, long after, long upTo, int limit)
        throws SQLException {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT id FROM member WHERE club = ? AND active = ? AND id > ? AND id <= ?"
                  + " ORDER BY id LIMIT ?")) {
        select.setLong(1, notice.club());
        select.setBoolean(2, tier == 0);
        select.setLong(3, after);
        select.setLong(4, upTo);
        select.setInt(5, limit);
        List<Long> ids = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            ids.add(row.getLong(1));
          }
        }
        return ids;
      }
    }

    @Override
    public long @Nullable [] range(Connection connection, Notice notice) throws SQLException {
      try (PreparedStatement select =
          connection.prepareStatement("SELECT MIN(id), MAX(id) FROM member WHERE club = ?")) {
        select.setLong(1, notice.club());
        try (ResultSet row = select.executeQuery()) {
          row.next();
          return new long[] {row.getLong(1), row.getLong(2)};
        }
      }
    }

    @Override
    public int tiers() {
      return 2;
    }
  }

  /** One statement for a whole chunk. */
  private static final class Notifications implements ChunkInserter<Notice> {
    @Override
    public void insert(Notice notice, List<Long> members, Connection connection)
        throws SQLException {
      String rows = "(?, ?), ".repeat(members.size() - 1) + "(?, ?)";
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO notice (member, text) VALUES " + rows)) {
        int parameter = 1;
        for (Long member : members) {
          insert.setLong(parameter++, member);
          insert.setString(parameter++, notice.text());
        }
        insert.executeUpdate();
      }
    }
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
    sluice.enqueue(NOTIFY, new Notice(7, "hello"));
    sluice.drain();

    assertThat(notices()).containsExactly(95L, 95L);
    assertThat(callbacks).containsExactly("hello");
    assertThat(count("SELECT COUNT(*) FROM sluice_long_task_lane")).isEqualTo(3);
  }

  @Test
  void what_fits_into_one_chunk_is_written_at_once() throws Exception {
    members(10);
    sluice.enqueue(NOTIFY, new Notice(7, "hello"));
    sluice.drain();

    assertThat(notices()).containsExactly(10L, 10L);
    assertThat(callbacks).containsExactly("hello");
    assertThat(count("SELECT COUNT(*) FROM sluice_long_task_lane")).isZero();
  }

  @Test
  void nobody_to_write_to_is_done_at_once() throws Exception {
    sluice.enqueue(NOTIFY, new Notice(7, "hello"));
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
