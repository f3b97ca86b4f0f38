package dev.sluice.cli.demo;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What the jobs did, in lines for a person: live, and at the end.
 *
 * <p>Threading: for one thread.
 */
final class JobsReport {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final FiringLedger ledger;
  private long toldNanos = System.nanoTime();

  JobsReport(FiringLedger ledger) {
    this.ledger = ledger;
  }

  /** A line for each job, as it stands now. */
  List<String> now() throws SQLException {
    return ledger.lines(Instant.now()).stream().map(JobsReport::line).toList();
  }

  /** One line every five seconds; none in between. */
  List<String> news() throws SQLException {
    if (System.nanoTime() - toldNanos < BETWEEN_LINES.toNanos()) {
      return List.of();
    }
    toldNanos = System.nanoTime();
    long fired = 0;
    long completed = 0;
    long open = 0;
    for (FiringLedger.Line line : ledger.lines(Instant.now())) {
      fired += line.fired();
      completed += line.completed();
      open += line.open();
    }
    return List.of(
        "  jobs: %d firings, %d completed, %d going on".formatted(fired, completed, open));
  }

  /** The table of the end. */
  static List<String> table(FiringLedger.Findings findings, Leftovers.Left left) {
    List<String> lines = new ArrayList<>();
    findings.lines().forEach(line -> lines.add(line(line)));
    lines.add("");
    lines.add(
        "old rows    %d of %d deleted by their retention"
            .formatted(Leftovers.ROWS - left.rows(), Leftovers.ROWS));
    lines.add(
        "keys        %d of %d that had expired deleted"
            .formatted(Leftovers.KEYS - left.keys(), Leftovers.KEYS));
    lines.add(
        "sweep       %d messages that an outbox had set aside were released"
            .formatted(Leftovers.MESSAGES));
    lines.add(
        findings.clean()
            ? "firings     %d, each ended exactly once".formatted(findings.fired())
            : "firings     %d, and NOT AS PROMISED: %s"
                .formatted(findings.fired(), findings.wrong()));
    return lines;
  }

  private static String line(FiringLedger.Line line) {
    return "  %-26s %3d fired, %3d completed, %2d skipped, %2d going on, longest %.1f s"
        .formatted(
            line.job(),
            line.fired(),
            line.completed(),
            line.skipped(),
            line.open(),
            line.longestMillis() / 1000.0);
  }
}
