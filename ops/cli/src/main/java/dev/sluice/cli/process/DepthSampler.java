package dev.sluice.cli.process;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.QueueStats;
import dev.sluice.loop.Loop;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/**
 * Looks every ten seconds at what waits, so that a scrape asks no server: {@code
 * sluice_queue_ready} and {@code sluice_queue_consumers} for each queue, {@code
 * sluice_outbox_waiting}, {@code sluice_dead_tasks}, {@code sluice_order_held} and {@code
 * sluice_order_waiting}. What cannot be seen is NaN. Rows are counted to {@value #MOST} at most.
 *
 * <p>Threading: the loop's thread writes, scrapes read; one other thread may add queues.
 */
final class DepthSampler implements Loop {
  static final int MOST = 10_000;

  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final String OUTBOX = "SELECT 1 FROM sluice_outbox LIMIT " + MOST;
  private static final String DEAD =
      "SELECT 1 FROM sluice_dead_task WHERE state = 'DEAD' LIMIT " + MOST;

  private static final String HELD = "SELECT 1 FROM sluice_order_holder LIMIT " + MOST;
  private static final String WAITING = "SELECT 1 FROM sluice_order_waiting LIMIT " + MOST;

  private final Broker broker;
  private final List<String> queues = new CopyOnWriteArrayList<>();
  private final MeterRegistry registry;
  private final Optional<DataSource> dataSource;
  private final Map<String, Double> seen = new ConcurrentHashMap<>();

  /**
   * A sampler with its gauges registered.
   *
   * @param names queues without the namespace; that of dead tasks and of unrouted messages are
   *     added
   */
  DepthSampler(
      Broker broker,
      Collection<String> names,
      Optional<DataSource> dataSource,
      MeterRegistry registry) {
    this.broker = broker;
    this.dataSource = dataSource;
    this.registry = registry;
    add(names);
    look(broker.topology().deadQueue());
    look(broker.topology().unrouted());
    if (dataSource.isPresent()) {
      gauge("sluice.outbox.waiting", "", "messages not yet on the broker");
      gauge("sluice.dead.tasks", "", "dead tasks that nobody has dealt with");
      gauge("sluice.order.held", "", "order keys held by a task that is not settled");
      gauge("sluice.order.waiting", "", "tasks that wait behind another of their key");
    }
  }

  /** Looks at these queues too, named without the namespace. */
  void add(Collection<String> names) {
    names.forEach(name -> look(broker.topology().queue(name)));
  }

  @Override
  public Duration runOnce() throws SQLException {
    for (String queue : queues) {
      Optional<QueueStats> stats = stats(queue);
      see("sluice.queue.ready", queue, stats.map(s -> (double) s.ready()));
      see("sluice.queue.consumers", queue, stats.map(s -> (double) s.consumers()));
    }
    if (dataSource.isPresent()) {
      try (Connection connection = dataSource.get().getConnection()) {
        see("sluice.outbox.waiting", "", Optional.of(count(connection, OUTBOX)));
        see("sluice.dead.tasks", "", Optional.of(count(connection, DEAD)));
        see("sluice.order.held", "", Optional.of(count(connection, HELD)));
        see("sluice.order.waiting", "", Optional.of(count(connection, WAITING)));
      }
    }
    return INTERVAL;
  }

  private void look(String queue) {
    if (!queues.contains(queue)) {
      queues.add(queue);
      gauge("sluice.queue.ready", queue, "messages waiting");
      gauge("sluice.queue.consumers", queue, "consumers");
    }
  }

  private void gauge(String name, String queue, String description) {
    Gauge.Builder<?> gauge =
        Gauge.builder(name, seen, all -> all.getOrDefault(name + " " + queue, Double.NaN))
            .description(description);
    (queue.isEmpty() ? gauge : gauge.tag("queue", queue)).register(registry);
  }

  private void see(String name, String queue, Optional<Double> value) {
    seen.put(name + " " + queue, value.orElse(Double.NaN));
  }

  private Optional<QueueStats> stats(String queue) {
    try {
      return broker.stats(queue);
    } catch (BrokerException e) {
      return Optional.empty();
    }
  }

  private static double count(Connection connection, String rows) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT COUNT(*) FROM (" + rows + ") waiting");
        ResultSet result = statement.executeQuery()) {
      result.next();
      return result.getDouble(1);
    }
  }
}
