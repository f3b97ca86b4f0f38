package dev.sluice.cli.demo;

import java.io.PrintWriter;
import java.util.List;

/**
 * Tells a person how far the demo is. On a terminal a bar that moves, else a line for each stage.
 *
 * <p>Threading: for one thread.
 */
final class Progress {
  private static final int WIDTH = 40;

  /** ECMA-48: erase what is below the cursor; so many lines up. */
  private static final String REST_OF_SCREEN = "\033[J";

  private static final String UP = "\033[%dA\r";

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
    at(done, List.of());
  }

  /**
   * The same with lines below the bar, which take the place of those before. Elsewhere than on a
   * terminal nothing is printed.
   */
  void at(long done, List<String> below) {
    if (!terminal) {
      return;
    }
    int filled = total == 0 ? WIDTH : (int) (WIDTH * Math.min(done, total) / total);
    err.print(
        "\r%-10s [%s%s] %d of %d "
            .formatted(what, "#".repeat(filled), ".".repeat(WIDTH - filled), done, total));
    err.print(REST_OF_SCREEN);
    below.forEach(line -> err.print(System.lineSeparator() + line));
    if (!below.isEmpty()) {
      err.print(UP.formatted(below.size()));
    }
    err.flush();
  }

  boolean isTerminal() {
    return terminal;
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
