package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.DUPLICATE;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.RetryPolicy;
import dev.sluice.task.TaskType;
import dev.sluice.worker.BatchItem;
import dev.sluice.worker.BatchOptions;
import dev.sluice.worker.BatchOutcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A commit that fails with an error that says nothing of what became of it. */
class BatchCommitUnknownTest {
  private static final TaskType<Note> NOTE =
      TaskType.of("notes.once", Note.class).queue("notes").retry(RetryPolicy.attempts(1));

  private final AtomicBoolean failed = new AtomicBoolean();

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers.handleBatch(
                      NOTE,
                      new BatchOptions(1, Duration.ofMillis(1)),
                      BatchCommitUnknownTest::take))
          .withDatabase()
          .withOptions(o -> o.dataSource(losingAnAnswer(o.dataSource().orElseThrow())));

  private static BatchOutcome take(List<BatchItem<Note>> batch, Connection connection)
      throws SQLException {
    for (BatchItem<Note> item : batch) {
      Ledger.add(connection, item.payload().text());
    }
    return BatchOutcome.completed();
  }

  @BeforeEach
  void createLedger() throws SQLException {
    Ledger.create(sluice.dataSource());
  }

  @Test
  void uses_up_no_attempt_and_the_copy_finds_what_was_committed() throws SQLException {
    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.advanceToEnd();

    assertThat(failed).isTrue();
    assertThat(kinds(sluice, id)).containsExactly(SNOOZED, DUPLICATE);
    assertThat(sluice.deadTasks()).isEmpty();
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("a");
  }

  /** The first commit of a handler's succeeds, and says otherwise. */
  private DataSource losingAnAnswer(DataSource sound) {
    return proxy(
        DataSource.class,
        sound,
        made ->
            made instanceof Connection connection
                    && Thread.currentThread().getName().startsWith("sluice-notes")
                ? proxy(Connection.class, connection, result -> result)
                : made);
  }

  private interface Answer {
    Object of(Object made);
  }

  private <T> T proxy(Class<T> type, T sound, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object made;
              try {
                made = method.invoke(sound, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (method.getName().equals("commit") && failed.compareAndSet(false, true)) {
                throw new SQLException("something went wrong", "HY000", 0);
              }
              return answer.of(made);
            }));
  }
}
