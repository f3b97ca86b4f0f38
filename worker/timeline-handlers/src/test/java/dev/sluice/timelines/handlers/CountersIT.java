package dev.sluice.timelines.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.TaskType;
import dev.sluice.timelines.Follow;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.Unfollow;
import dev.sluice.worker.TaskContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Counters under many threads at once, on a real database. Nothing here runs a transaction again
 * that lost a deadlock: there must be none.
 */
class CountersIT {
  private static final int USERS = 6;
  private static final int THREADS = 8;
  private static final int CHANGES = 150;

  private final EdgeHandlers edges = new EdgeHandlers();
  private final Users users = new Users();
  private final PostRows posts = new PostRows();
  private final Recounter recounter = new Recounter(InstantSource.system());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private GraphDatabase database;

  @BeforeEach
  void open() throws SQLException {
    database = new GraphDatabase();
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    database.close();
  }

  @Test
  void changes_at_once_neither_deadlock_nor_miscount_and_a_recount_finds_nothing_wrong()
      throws Exception {
    changeWhileRecounting();

    assertThat(database.count("SELECT COUNT(*) FROM sluice_user")).isEqualTo(USERS);
    assertThat(database.miscounted()).isZero();
    assertThat(database.count("SELECT COUNT(*) FROM sluice_counter_correction")).isZero();
  }

  @Test
  void wrong_counters_are_corrected_while_they_change() throws Exception {
    for (int user = 1; user <= USERS; user++) {
      database.execute(
          "INSERT INTO sluice_user (id, followers, following, posts) VALUES (%d, 70, 80, 90)"
              .formatted(user));
    }

    changeWhileRecounting();

    assertThat(database.miscounted()).isZero();
    assertThat(database.count("SELECT COUNT(DISTINCT user_id) FROM sluice_counter_correction"))
        .isEqualTo(USERS);
    assertThat(database.count("SELECT COUNT(*) FROM sluice_counter_correction"))
        .isEqualTo(3L * USERS);
  }

  private void changeWhileRecounting() throws Exception {
    AtomicBoolean changing = new AtomicBoolean(true);
    Future<?> recounts =
        threads.submit(
            () -> {
              do {
                transaction(this::recount);
              } while (changing.get());
              return null;
            });
    List<Future<?>> changes = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int seed = thread;
      changes.add(threads.submit(() -> change(seed)));
    }
    for (Future<?> change : changes) {
      change.get();
    }
    changing.set(false);
    recounts.get();
  }

  private @Nullable Void change(int seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < CHANGES; i++) {
      long follower = 1 + random.nextInt(USERS);
      long author = 1 + (follower + random.nextInt(USERS - 1)) % USERS;
      long at = 1 + random.nextInt(1000);
      long post = 1 + (long) seed * CHANGES + i;
      int what = random.nextInt(5);
      transaction(
          connection -> {
            if (what < 2) {
              edges.follow(new Follow(follower, author, at), NO_TASK, connection);
            } else if (what < 4) {
              edges.unfollow(new Unfollow(follower, author, at), NO_TASK, connection);
            } else {
              posts.insert(connection, new Post(post, author, Instant.EPOCH, ""));
              users.countPost(connection, author, 1);
            }
          });
    }
    return null;
  }

  private void recount(Connection connection) throws SQLException {
    recounter.insert(
        new RecountRun("test"), LongStream.rangeClosed(1, USERS).boxed().toList(), connection);
  }

  private void transaction(Work work) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      work.in(connection);
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  private interface Work {
    void in(Connection connection) throws SQLException;
  }

  /** Follow-ups go nowhere: only rows matter here. */
  private static final TaskContext NO_TASK =
      new TaskContext() {
        @Override
        public String taskId() {
          return "test";
        }

        @Override
        public String rootId() {
          return "test";
        }

        @Override
        public int attempt() {
          return 1;
        }

        @Override
        public String queue() {
          return "test";
        }

        @Override
        public Map<String, @Nullable Object> headers() {
          return Map.of();
        }

        @Override
        public Instant deadline() {
          return Instant.MAX;
        }

        @Override
        public boolean stopRequested() {
          return false;
        }

        @Override
        public <F extends Record> String enqueue(
            TaskType<F> type, F payload, EnqueueOptions options) {
          return "follow-up";
        }

        @Override
        public <F extends Record> String enqueue(
            Connection transaction, TaskType<F> type, F payload, EnqueueOptions options) {
          return "follow-up";
        }
      };
}
