package dev.sluice.worker;

import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads that handlers run on. */
final class HandlerThreads {

  private HandlerThreads() {}

  /**
   * Threads named after their queue.
   *
   * @throws IllegalArgumentException when virtual ones are wanted and the JVM has none
   */
  static ThreadFactory of(String queue, boolean virtual) {
    return virtual ? virtual(queue) : platform(queue);
  }

  private static ThreadFactory platform(String queue) {
    AtomicInteger number = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, name(queue) + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** By reflection: the source level is 17. */
  private static ThreadFactory virtual(String queue) {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
      Method name = type.getMethod("name", String.class, long.class);
      Object named = name.invoke(builder, name(queue), 1L);
      return (ThreadFactory) type.getMethod("factory").invoke(named);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "virtualThreads: this JVM, "
              + Runtime.version()
              + ", has no virtual threads; use Java 21 or newer, or switch them off",
          e);
    }
  }

  private static String name(String queue) {
    return "sluice-" + queue + "-";
  }
}
