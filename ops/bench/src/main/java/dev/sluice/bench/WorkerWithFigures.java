package dev.sluice.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command line of Sluice in a process that answers each line of its standard input with its
 * figures since the last one.
 */
final class WorkerWithFigures {
  private WorkerWithFigures() {}

  public static void main(String[] args) {
    Thread figures = new Thread(WorkerWithFigures::answer, "bench-figures");
    figures.setDaemon(true);
    figures.start();
    Main.main(args);
  }

  private static void answer() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    List<MemoryPoolMXBean> heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    long before = 0;
    try {
      for (int read = System.in.read(); read >= 0; read = System.in.read()) {
        if (read != '\n') {
          continue;
        }
        long now = system.getProcessCpuTime();
        // Not below what was used at once: the pools peak at different times.
        long peak = heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
        System.out.println(
            JsonMapper.shared()
                .writeValueAsString(Map.of("cpu_nanos", now - before, "heap_peak", peak)));
        before = now;
        heap.forEach(MemoryPoolMXBean::resetPeakUsage);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
