package dev.sluice.cli.demo;

import java.io.PrintWriter;

/**
 * Tells a person how far the demo is. On a terminal a bar that moves, else a line for each stage.
 *
 * <p>Threading: for one thread.
 */
final class Progress {
  private static final int WIDTH = 40;

  private final PrintWriter err;
  private final boolean terminal;
  private String what = "";
  private long total;
  private long start;

  Progress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  void say(String format, Object... arguments) {
    err.println(format.formatted(arguments));
    err.flush();
  }

  void begin(String newWhat, long newTotal) {
    what = newWhat;
    total = newTotal;
    start = System.nanoTime();
    at(0);
  }

  void at(long done) {
    if (!terminal) {
      return;
    }
    int filled = total == 0 ? WIDTH : (int) (WIDTH * Math.min(done, total) / total);
    err.print(
        "\r%-10s [%s%s] %d of %d "
            .formatted(what, "#".repeat(filled), ".".repeat(WIDTH - filled), done, total));
    err.flush();
  }

  void end() {
    at(total);
    double seconds = (System.nanoTime() - start) / 1e9;
    if (terminal) {
      err.println("in %.1f s".formatted(seconds));
    } else {
      err.println("%-10s %d in %.1f s".formatted(what, total, seconds));
    }
    err.flush();
  }
}
