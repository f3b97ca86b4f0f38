package dev.sluice.worker.retention;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Truncations in Micrometer: {@code sluice.truncation.rows} by table and database, and {@code
 * sluice.truncation.behind}, in seconds, for as long as it is worth something.
 *
 * <p>Threading: every method may be called by any thread.
 */
public final class TruncationMetrics implements TruncationListener {
  /** Another worker may have done the later runs. */
  private static final Duration WORTH = Duration.ofHours(2);

  private final MeterRegistry registry;
  private final InstantSource clock;
  private final Map<Tags, Behind> behind = new ConcurrentHashMap<>();

  private record Behind(long seconds, Instant at) {}

  public TruncationMetrics(MeterRegistry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
  }

  @Override
  public void truncated(String table, String database, long rows, long behindSeconds) {
    Tags tags = Tags.of("table", table, "database", database);
    registry.counter("sluice.truncation.rows", tags).increment(rows);
    if (behind.put(tags, new Behind(behindSeconds, clock.instant())) == null) {
      Gauge.builder("sluice.truncation.behind", () -> seconds(tags))
          .tags(tags)
          .baseUnit("seconds")
          .register(registry);
    }
  }

  private double seconds(Tags tags) {
    Behind last = behind.get(tags);
    return last == null || last.at().plus(WORTH).isBefore(clock.instant())
        ? Double.NaN
        : last.seconds();
  }
}
