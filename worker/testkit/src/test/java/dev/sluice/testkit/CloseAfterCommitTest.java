package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.worker.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CloseAfterCommitTest {

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers.handle(
                      NOTE,
                      (note, task, connection) -> {
                        Ledger.add(connection, note.text());
                        return Outcome.completed();
                      }))
          .withDatabase()
          .withOptions(o -> o.dataSource(failingAfterCommit(o.dataSource().orElseThrow())));

  @BeforeEach
  void createLedger() throws SQLException {
    Ledger.create(sluice.dataSource());
  }

  @Test
  void a_connection_that_cannot_be_closed_undoes_no_success() throws SQLException {
    String id = sluice.enqueue(NOTE, new Note("a"));
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED);
    assertThat(Ledger.entries(sluice.dataSource())).containsExactly("a");
  }

  /** Connections of handlers cannot be closed without an error once they have committed. */
  private static DataSource failingAfterCommit(DataSource sound) {
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          Object made = invoke(sound, method, arguments);
          boolean handlers = Thread.currentThread().getName().startsWith("sluice-notes");
          return handlers && made instanceof Connection connection ? failing(connection) : made;
        });
  }

  private static Connection failing(Connection sound) {
    AtomicBoolean committed = new AtomicBoolean();
    return proxy(
        Connection.class,
        (method, arguments) -> {
          Object result = invoke(sound, method, arguments);
          if (method.getName().equals("commit")) {
            committed.set(true);
          }
          if (method.getName().equals("close") && committed.get()) {
            throw new SQLException("the connection cannot be closed");
          }
          return result;
        });
  }

  private interface Call {
    Object run(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call.run(method, arguments)));
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
