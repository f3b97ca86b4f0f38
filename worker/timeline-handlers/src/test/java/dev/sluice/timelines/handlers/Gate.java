package dev.sluice.timelines.handlers;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * Halts a thread of the handlers after the n-th time it has read something and closed the
 * connection, until the test lets it go on.
 *
 * <p>Threading: the halted thread waits, another lets it go.
 */
final class Gate {
  private static final long PATIENCE_SECONDS = 30;

  private final String sql;
  private final int time;
  private final AtomicInteger reads = new AtomicInteger();
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  /**
   * @param sql part of the statement
   * @param time which time, from 1
   */
  Gate(String sql, int time) {
    this.sql = sql;
    this.time = time;
  }

  /** The same data source, with the gate in it. */
  DataSource around(DataSource dataSource) {
    return proxy(
        DataSource.class,
        (self, method, arguments) -> {
          Object result = call(dataSource, method, arguments);
          return result instanceof Connection connection ? around(connection) : result;
        });
  }

  /** Waits until a thread has read and is halted. */
  void awaitReached() throws InterruptedException {
    await(reached, "nobody has read " + sql + " for the time no. " + time);
  }

  void open() {
    open.countDown();
  }

  private Connection around(Connection connection) {
    boolean[] halts = {false};
    return proxy(
        Connection.class,
        (self, method, arguments) -> {
          if (method.getName().equals("prepareStatement")
              && arguments[0].toString().contains(sql)) {
            halts[0] = reads.incrementAndGet() == time;
          }
          Object result = call(connection, method, arguments);
          if (method.getName().equals("close") && halts[0]) {
            reached.countDown();
            await(open, "the gate was never opened");
          }
          return result;
        });
  }

  private static void await(CountDownLatch latch, String what) throws InterruptedException {
    if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError(what);
    }
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(Gate.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
