package dev.sluice.spool;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of its own that appends numbered records at a steady rate and prints each number once
 * its append has returned; to be killed.
 */
final class SpoolProcess {
  private static final long PAUSE_NANOS = 200_000;

  private SpoolProcess() {}

  /** Arguments: folder, sync, first number. */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
    SpoolOptions options =
        SpoolOptions.of(Path.of(args[0]))
            .sync(SpoolOptions.Sync.valueOf(args[1]))
            .limits(1 << 28, 1 << 16);
    try (Spool spool = Spool.open(options)) {
      out.println("open");
      out.flush();
      for (int i = Integer.parseInt(args[2]); ; i++) {
        spool.append(Spools.body(i, 300));
        out.println(i);
        out.flush();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  static Process start(Path folder, SpoolOptions.Sync sync, int first) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            SpoolProcess.class.getName(),
            folder.toString(),
            sync.name(),
            Integer.toString(first))
        .redirectErrorStream(true)
        .start();
  }

  static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
  }
}
