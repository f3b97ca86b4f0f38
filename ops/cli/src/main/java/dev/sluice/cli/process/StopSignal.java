package dev.sluice.cli.process;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT of a process: the first asks it to end in order, the second ends it at once,
 * as a crash would.
 *
 * <p>A shutdown hook could not tell the second: while hooks run the JVM ignores further signals. So
 * the JDK's own {@code sun.misc.Signal} is used (module {@code jdk.unsupported}, which stays), by
 * reflection, since javac's warning about it cannot be silenced.
 *
 * <p>Threading: signals come on the JVM's own threads.
 */
public final class StopSignal {
  private static final Logger log = LoggerFactory.getLogger(StopSignal.class);
  private static final int TERMINATED = 128 + 15;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicInteger times = new AtomicInteger();
  private final Runnable atOnce;

  StopSignal(Runnable atOnce) {
    this.atOnce = atOnce;
  }

  /** Listens to the signals of this process from now on. */
  public static StopSignal install() {
    StopSignal stop = new StopSignal(() -> Runtime.getRuntime().halt(TERMINATED));
    stop.listen("TERM");
    stop.listen("INT");
    return stop;
  }

  /** Asks the process to end in order; asked again, it ends at once. */
  public void request(String by) {
    if (times.incrementAndGet() == 1) {
      log.info("{}: finishing what runs; a second signal ends the process at once", by);
      asked.countDown();
    } else {
      log.warn("{}: ending at once; what was running goes back to its queue", by);
      atOnce.run();
    }
  }

  /** Asks the process to end in order, unless it was asked before. */
  public void end() {
    asked.countDown();
  }

  public boolean requested() {
    return asked.getCount() == 0;
  }

  /** Waits until the process is asked to end. */
  public void await() throws InterruptedException {
    asked.await();
  }

  /** Waits until the process is asked to end, but not longer; returns whether it was. */
  public boolean await(Duration longest) throws InterruptedException {
    return asked.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void listen(String name) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          switch (method.getName()) {
            case "handle" -> request("SIG" + name);
            case "equals" -> {
              return proxy == arguments[0];
            }
            case "hashCode" -> {
              return System.identityHashCode(proxy);
            }
            default -> {
              return "StopSignal of SIG" + name;
            }
          }
          return null;
        };
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> listener = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              StopSignal.class.getClassLoader(), new Class<?>[] {listener}, handler);
      signal
          .getMethod("handle", signal, listener)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      log.warn("cannot listen to SIG{}: the process will end without draining", name, e);
    }
  }
}
