package dev.sluice.devservices;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What to start and how.
 *
 * @param kinds the servers to start, at least one
 * @param generation the versions; default {@link Generation#BOOKWORM}, or {@code
 *     SLUICE_TEST_SERVERS}
 * @param engine what runs them; default {@link Engine#AUTO}, or {@code SLUICE_TEST_ENGINE}
 * @param management whether RabbitMQ also runs its management and Prometheus plugins (the start
 *     takes some seconds more); default no
 * @param transientQueues whether RabbitMQ permits queues that are neither durable nor exclusive,
 *     which it refuses from 4.3 on and Celery's own command line declares; default no, so that
 *     Sluice is seen to need none
 */
public record ServiceOptions(
    Set<ServiceKind> kinds,
    Generation generation,
    Engine engine,
    boolean management,
    boolean transientQueues) {

  public ServiceOptions {
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("Name at least one server to start");
    }
    kinds = Set.copyOf(kinds);
  }

  /** The named servers, everything else as the environment says. */
  public static ServiceOptions of(ServiceKind first, ServiceKind... more) {
    return of(EnumSet.of(first, more), System.getenv());
  }

  /** All three servers, everything else as the environment says. */
  public static ServiceOptions all() {
    return of(ServiceKind.all(), System.getenv());
  }

  static ServiceOptions of(Set<ServiceKind> kinds, Map<String, String> environment) {
    String engine = environment.getOrDefault("SLUICE_TEST_ENGINE", "auto");
    return new ServiceOptions(
        kinds,
        Generation.named(environment.getOrDefault("SLUICE_TEST_SERVERS", "bookworm")),
        Engine.valueOf(engine.trim().toUpperCase(Locale.ROOT)),
        false,
        false);
  }

  public ServiceOptions withGeneration(Generation newGeneration) {
    return new ServiceOptions(kinds, newGeneration, engine, management, transientQueues);
  }

  public ServiceOptions withEngine(Engine newEngine) {
    return new ServiceOptions(kinds, generation, newEngine, management, transientQueues);
  }

  public ServiceOptions withManagement() {
    return new ServiceOptions(kinds, generation, engine, true, transientQueues);
  }

  public ServiceOptions withTransientQueues() {
    return new ServiceOptions(kinds, generation, engine, management, true);
  }
}
