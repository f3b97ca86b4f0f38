package dev.sluice.cli.process;

import dev.sluice.spool.SpoolRelay;
import dev.sluice.spool.SpoolView;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Metrics of the spools that a process relays: {@code sluice_spool_relayed_total}, {@code
 * sluice_spool_bytes}, {@code sluice_spool_oldest_seconds}, {@code sluice_spool_parked}, each with
 * the tag {@code spool}.
 *
 * <p>Threading: one thread samples, scrapes read.
 */
final class SpoolGauges {
  private final MeterRegistry registry;
  private final Map<Path, Seen> seen = new ConcurrentHashMap<>();

  private record Seen(double bytes, double parked, double oldestSeconds) {
    static final Seen NOTHING = new Seen(Double.NaN, Double.NaN, Double.NaN);
  }

  SpoolGauges(MeterRegistry registry) {
    this.registry = registry;
  }

  void sample(Map<Path, SpoolRelay> relays) {
    seen.replaceAll((folder, last) -> relays.containsKey(folder) ? last : Seen.NOTHING);
    relays.forEach(
        (folder, relay) -> {
          if (seen.put(folder, look(folder, relay)) == null) {
            register(folder, relay);
          }
        });
  }

  private static Seen look(Path folder, SpoolRelay relay) {
    try {
      SpoolView view = new SpoolView(folder);
      Instant oldest = relay.progress().oldest();
      double seconds =
          oldest == null ? 0 : Duration.between(oldest, Instant.now()).toMillis() / 1000.0;
      return new Seen(view.bytes(), view.parked(), seconds);
    } catch (IOException e) {
      return Seen.NOTHING;
    }
  }

  private void register(Path folder, SpoolRelay relay) {
    Tags tags = Tags.of("spool", folder.toString());
    FunctionCounter.builder("sluice.spool.relayed", relay, r -> r.progress().relayed())
        .tags(tags)
        .description("messages published, or set aside")
        .register(registry);
    Gauge.builder("sluice.spool.bytes", seen, all -> all.get(folder).bytes())
        .tags(tags)
        .description("bytes of its segments")
        .register(registry);
    Gauge.builder("sluice.spool.oldest", seen, all -> all.get(folder).oldestSeconds())
        .tags(tags)
        .baseUnit("seconds")
        .description("age of the oldest message without a confirm")
        .register(registry);
    Gauge.builder("sluice.spool.parked", seen, all -> all.get(folder).parked())
        .tags(tags)
        .description("messages set aside until an operator releases them")
        .register(registry);
  }
}
