package dev.sluice.cli.demo;

import dev.sluice.worker.longtask.LongTasks;
import dev.sluice.worker.longtask.Progress;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How far the large fan-outs are, in lines for a person.
 *
 * <p>Threading: for one thread.
 */
final class FanOutWatch {
  private static final int SHOWN = 8;

  private final LongTasks longTasks;
  private final DemoTables tables;
  private final Set<String> told = new HashSet<>();

  FanOutWatch(LongTasks longTasks, DemoTables tables) {
    this.longTasks = longTasks;
    this.tables = tables;
  }

  /** A line for each that goes on. */
  List<String> open() throws SQLException {
    return longTasks.open(SHOWN).stream().map(FanOutWatch::line).toList();
  }

  /** A line for each that has ended since this was asked last. */
  List<String> ended() throws SQLException {
    List<String> lines = new ArrayList<>();
    for (String id : tables.endedFanOuts()) {
      if (told.add(id)) {
        longTasks.progress(id).map(FanOutWatch::line).ifPresent(lines::add);
      }
    }
    return lines;
  }

  static String line(Progress progress) {
    Instant end = progress.endedAt() != null ? progress.endedAt() : progress.at();
    Instant eta = progress.eta();
    return "  %s %s  %,d of %s  %,.0f a second, %s"
        .formatted(
            progress.name(),
            progress.id().substring(0, 8),
            progress.done(),
            progress.total() == null ? "?" : "%,d".formatted(progress.total()),
            progress.rate(),
            progress.endedAt() != null
                ? "ended after " + seconds(Duration.between(progress.startedAt(), end))
                : eta == null
                    ? progress.state().name().toLowerCase(Locale.ROOT)
                    : seconds(Duration.between(progress.at(), eta)) + " left");
  }

  private static String seconds(Duration duration) {
    return "%.1f s".formatted(duration.toMillis() / 1000.0);
  }
}
