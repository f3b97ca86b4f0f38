package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The machine that figures are taken on. */
final class Machine {
  private Machine() {}

  /** One line: processor, cores, heap, JVM and system. */
  static String describe() {
    Runtime runtime = Runtime.getRuntime();
    return "%s, %d cores, heap %d MB, Java %s, %s %s"
        .formatted(
            processor(),
            runtime.availableProcessors(),
            runtime.maxMemory() >> 20,
            Runtime.version(),
            System.getProperty("os.name"),
            System.getProperty("os.version"));
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException noProcfs) {
      return System.getProperty("os.arch");
    }
  }
}
