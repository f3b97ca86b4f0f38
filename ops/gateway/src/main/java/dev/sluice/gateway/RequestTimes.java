package dev.sluice.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How long requests took, by route and status.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class RequestTimes {
  private final MeterRegistry registry;
  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

  private record Key(String route, int status) {}

  RequestTimes(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Notes an answer.
   *
   * @param route as it was registered: paths as they come would be endless
   */
  void record(String route, int status, long nanos) {
    timers.computeIfAbsent(new Key(route, status), this::timer).record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Key key) {
    return Timer.builder("sluice.gateway.requests")
        .description("Time from a request's headers to its answer")
        .tag("route", key.route())
        .tag("status", String.valueOf(key.status()))
        .register(registry);
  }
}
