package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.longtask.Continuation;
import dev.sluice.worker.longtask.LongTask;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.LongTaskOptions;
import dev.sluice.worker.longtask.LongTasks;
import dev.sluice.worker.longtask.Plan;
import dev.sluice.worker.longtask.Progress;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.Step;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A worker that re-indexes 95 documents, 10 a step, in two lanes, but for one step at which the
 * test does something else first.
 */
final class ReindexFixture implements BeforeEachCallback, AfterEachCallback {
  static final int DOCUMENTS = 95;
  static final String QUEUE = "steps";
  static final TaskType<Reindex.Payload> REINDEX =
      TaskType.of("docs.reindex", Reindex.Payload.class).queue("docs");
  static final TaskType<Samples.Note> REINDEXED =
      TaskType.of("docs.reindexed", Samples.Note.class).queue("docs");

  final SluiceTest sluice = SluiceTest.withDatabase(this::register);
  final List<String> callbacks = new CopyOnWriteArrayList<>();
  private final Reindex reindex = new Reindex(sluice::dataSource);
  private final AtomicInteger steps = new AtomicInteger();
  private volatile int disturbedStep = -1;
  private volatile Callable<?> meanwhile = () -> null;
  private volatile Callable<?> always = () -> null;

  private void register(Handlers handlers, DataSource dataSource) {
    LongTaskKind.of(
            REINDEX, new Disturbed(), LongTaskOptions.DEFAULTS, () -> sluice.clock().instant())
        .whenDone(REINDEXED, payload -> new Samples.Note("up to " + payload.middle()))
        .whenCancelled(REINDEXED, payload -> new Samples.Note("cancelled"))
        .register(handlers, dataSource);
    handlers.handle(REINDEXED, this::callback);
  }

  private Outcome callback(Samples.Note done, TaskContext task) {
    callbacks.add(done.text());
    return Outcome.completed();
  }

  private final class Disturbed implements LongTask<Reindex.Payload> {
    @Override
    public Plan plan(Reindex.Payload payload, Connection connection) throws SQLException {
      return reindex.plan(payload, connection);
    }

    @Override
    public Step step(Reindex.Payload payload, Slice slice) throws Exception {
      always.call();
      if (steps.incrementAndGet() == disturbedStep) {
        meanwhile.call();
      }
      return reindex.step(payload, slice);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    sluice.beforeEach(context);
    createTable();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    sluice.afterEach(context);
  }

  /** Something to do before a step, counted from 1 over both lanes. */
  void atStep(int step, Callable<?> what) {
    meanwhile = what;
    disturbedStep = step;
  }

  /** Something to do before every step. */
  void beforeEachStep(Callable<?> what) {
    always = what;
  }

  void start() {
    sluice.enqueue(REINDEX, new Reindex.Payload(40));
  }

  LongTasks longTasks() {
    return new LongTasks(sluice.dataSource(), sluice.producer(), () -> sluice.clock().instant());
  }

  /** The id of the one long task. */
  String only() throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT id FROM sluice_long_task")) {
      row.next();
      return row.getString(1);
    }
  }

  Progress progress() throws SQLException {
    return longTasks().progress(only()).orElseThrow();
  }

  void update(String sql) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement update = connection.createStatement()) {
      assertThat(update.executeUpdate(sql)).isPositive();
    }
  }

  static Message continuation(String longTask, int lane, int step, int epoch) {
    Continuation payload = new Continuation(longTask, lane, step, epoch);
    String id = "c-" + longTask + "-" + lane + "-" + step + "-" + epoch;
    return MessageCodec.encode(
        TaskMessage.builder(id, REINDEX.name() + ".step", new PayloadCodec().encode(payload))
            .build());
  }

  private void createTable() throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE doc (id BIGINT PRIMARY KEY, text VARCHAR(99), words INT DEFAULT 0)");
      statement.execute(
          "INSERT INTO doc (id, text) SELECT x, 'three little words' FROM SYSTEM_RANGE(1, "
              + DOCUMENTS
              + ")");
    }
  }

  /** How many documents were counted once, and how many not at all or twice. */
  List<Integer> counted() throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT COUNT(CASE WHEN words = 3 THEN 1 END), COUNT(CASE WHEN words <> 3 THEN 1"
                    + " END) FROM doc")) {
      row.next();
      return List.of(row.getInt(1), row.getInt(2));
    }
  }

  /** Each document was counted once, and the callback came once. */
  void assertAllDone() throws SQLException {
    assertThat(counted()).containsExactly(DOCUMENTS, 0);
    assertThat(callbacks).containsExactly("up to 40");
    assertThat(progress().done()).isEqualTo(DOCUMENTS);
  }
}
