package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TruncationMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final TruncationMetrics metrics = new TruncationMetrics(registry, () -> now);

  @Test
  void rows_are_counted_by_table_and_database() {
    metrics.truncated("clicks", "main", 100, 0);
    metrics.truncated("clicks", "main", 20, 0);
    metrics.truncated("clicks", "archive", 3, 0);

    assertThat(rows("main")).isEqualTo(120);
    assertThat(rows("archive")).isEqualTo(3);
  }

  @Test
  void how_far_it_is_behind_is_told_as_long_as_that_is_worth_something() {
    metrics.truncated("clicks", "main", 100, 7200);
    assertThat(behind()).isEqualTo(7200);
    metrics.truncated("clicks", "main", 100, 60);
    assertThat(behind()).isEqualTo(60);

    now = now.plus(Duration.ofHours(2)).plusMillis(1);
    assertThat(behind()).isNaN();
  }

  private double rows(String database) {
    return registry
        .get("sluice.truncation.rows")
        .tag("table", "clicks")
        .tag("database", database)
        .counter()
        .count();
  }

  private double behind() {
    return registry.get("sluice.truncation.behind").tag("table", "clicks").gauge().value();
  }
}
