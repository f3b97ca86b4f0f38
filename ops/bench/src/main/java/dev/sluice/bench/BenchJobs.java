package dev.sluice.bench;

import dev.sluice.scheduler.JobSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The jobs that the schedule scenario fires, and what of them is due.
 *
 * @param count how many
 * @param every seconds from one second in which some are due to the next
 * @param period seconds from one firing of a job to its next; divides 60
 */
record BenchJobs(int count, int every, int period) {
  static final String QUEUE = "bench.schedule";
  private static final String TASK = "bench.scheduled";
  private static final DateTimeFormatter YEARLY =
      DateTimeFormatter.ofPattern("s m H d M '?'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** How many are due in the same second. */
  int dueAtOnce() {
    return count * every / period;
  }

  /** Jobs that are due again and again, as many in each second that is anyone's. */
  List<JobSpec> steady() {
    return jobs("steady.", i -> seconds(offset(i)) + " * * * * ?");
  }

  /** Jobs that are due once a year, all in one second. */
  List<JobSpec> burst(Instant due) {
    return jobs("burst.", i -> YEARLY.format(due));
  }

  /** What of the steady jobs is due from one whole second to before another, as firing ids. */
  Set<String> due(Instant from, Instant to) {
    Set<String> firings = new HashSet<>();
    for (Instant second = from; second.isBefore(to); second = second.plusSeconds(1)) {
      for (int i = 0; i < count; i++) {
        if (second.getEpochSecond() % period == offset(i)) {
          firings.add("steady." + i + "@" + second);
        }
      }
    }
    return firings;
  }

  /** The firing ids of a burst. */
  Set<String> dueInBurst(Instant due) {
    return IntStream.range(0, count)
        .mapToObj(i -> "burst." + i + "@" + due)
        .collect(Collectors.toSet());
  }

  private int offset(int job) {
    return job % (period / every) * every;
  }

  private String seconds(int offset) {
    return IntStream.iterate(offset, second -> second < 60, second -> second + period)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(","));
  }

  private List<JobSpec> jobs(String prefix, IntFunction<String> cron) {
    return IntStream.range(0, count)
        .mapToObj(i -> JobSpec.cron(prefix + i, cron.apply(i), TASK, QUEUE))
        .toList();
  }
}
