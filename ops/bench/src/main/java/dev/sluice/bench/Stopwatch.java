package dev.sluice.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Takes the wall-clock time and the processor time of this whole JVM. On a machine that other
 * processes share the second is the steadier figure.
 *
 * <p>Threading: may be stopped by another thread than the one that started it, if one of them
 * happens before the other.
 */
final class Stopwatch {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final long startNanos = System.nanoTime();
  private final long startCpuNanos = SYSTEM.getProcessCpuTime();

  private Stopwatch() {}

  static Stopwatch start() {
    return new Stopwatch();
  }

  Elapsed stop() {
    return new Elapsed(System.nanoTime() - startNanos, SYSTEM.getProcessCpuTime() - startCpuNanos);
  }

  /**
   * What a stopwatch took.
   *
   * @param nanos wall-clock time
   * @param cpuNanos processor time of all threads of the JVM
   */
  record Elapsed(long nanos, long cpuNanos) {}
}
