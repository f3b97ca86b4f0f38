package dev.sluice.producer;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.QueueStats;
import dev.sluice.loop.Loop;
import dev.sluice.topology.OrderPartitions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which queues are full. It looks twice a second, so that a task is let in or refused without
 * asking anybody; in between, more may get in than the limit says. A full queue is open again at
 * nine tenths of its limits. While the broker does not answer, the last look stands; so does a
 * queue that is full by age while nobody knows ages, until it is empty.
 *
 * <p>Threading: the loop's thread looks, any thread asks.
 */
final class QueueGate implements Loop {
  private static final Logger log = LoggerFactory.getLogger(QueueGate.class);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final double OPEN_AGAIN = 0.9;
  private static final long SHORTEST_WAIT = 1;
  private static final long USUAL_WAIT = 5;
  private static final long LONGEST_WAIT = 60;

  private final @Nullable Broker broker;
  private final Map<String, QueueLimits> limits = new HashMap<>();
  private final InstantSource clock;
  private final Map<String, Full> full = new ConcurrentHashMap<>();

  /** Queues of which a task with an order key was seen: their partitions count. */
  private final Set<String> partitioned = ConcurrentHashMap.newKeySet();

  private final Map<String, Look> looks = new HashMap<>();

  private record Full(String figure, boolean byAge, Duration retryAfter) {}

  private record Look(long ready, Instant at) {}

  /**
   * A gate that is open until it has looked.
   *
   * @param broker null when there is none, and no limits
   * @param limits by queue, without namespace
   * @throws IllegalArgumentException when an age is limited that nobody can tell
   */
  QueueGate(@Nullable Broker broker, Map<String, QueueLimits> limits, InstantSource clock) {
    this.broker = broker;
    this.clock = clock;
    if (broker != null) {
      limits.forEach(
          (queue, its) -> {
            if (its.maxAge() != null && !broker.tellsAges()) {
              throw new IllegalArgumentException(
                  "maxAge of queue '"
                      + queue
                      + "' takes RabbitMQ's management API, which alone knows how old messages are;"
                      + " set broker.managementUrl (RabbitOptions.managementUrl)");
            }
            this.limits.put(broker.topology().queue(queue), its);
          });
    }
  }

  /** The error for a task whose queue is full; null when it may pass. */
  @Nullable QueueFull refusal(NewTask task) {
    String whole = OrderPartitions.queueOf(task.queue());
    if (whole != null && !partitioned.contains(whole)) {
      partitioned.add(whole);
    }
    Full state = full.get(whole == null ? task.queue() : whole);
    return state == null ? null : new QueueFull(task, state.figure(), state.retryAfter());
  }

  /** The queues that are full, with why. */
  List<String> fullQueues() {
    return full.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue().figure()).toList();
  }

  @Override
  public Duration runOnce() {
    limits.forEach(this::look);
    return LOOK;
  }

  private void look(String queue, QueueLimits its) {
    Optional<QueueStats> stats;
    try {
      stats = stats(Objects.requireNonNull(broker), queue);
    } catch (BrokerException e) {
      return;
    }
    QueueStats now = stats.orElse(null);
    if (now == null) {
      open(queue);
      return;
    }
    Full before = full.get(queue);
    double share = before == null ? 1 : OPEN_AGAIN;
    String many = tooMany(now, its, share);
    String figure = many == null ? tooOld(queue, now, its, share, before) : many;
    if (figure == null) {
      open(queue);
    } else if (full.put(queue, new Full(figure, many == null, wait(queue, now, its))) == null) {
      log.warn("queue '{}' is full, {}: tasks for it are refused", queue, figure);
    }
    looks.put(queue, new Look(now.ready(), clock.instant()));
  }

  /** With what waits in the queue's partitions, if it has any. */
  private Optional<QueueStats> stats(Broker from, String queue) {
    Optional<QueueStats> whole = from.stats(queue);
    if (!partitioned.contains(queue)) {
      return whole;
    }
    long ready = whole.map(QueueStats::ready).orElse(0L);
    for (String partition : OrderPartitions.all(queue)) {
      ready += from.stats(partition).map(QueueStats::ready).orElse(0L);
    }
    return Optional.of(new QueueStats(ready, whole.map(QueueStats::consumers).orElse(0)));
  }

  private static @Nullable String tooMany(QueueStats now, QueueLimits its, double share) {
    return now.ready() >= its.maxWaiting() * share
        ? now.ready() + " messages wait, maxWaiting is " + its.maxWaiting()
        : null;
  }

  private @Nullable String tooOld(
      String queue, QueueStats now, QueueLimits its, double share, @Nullable Full before) {
    Duration most = its.maxAge();
    if (most == null || now.ready() == 0) {
      return null;
    }
    Duration age = Objects.requireNonNull(broker).oldestAge(queue).orElse(null);
    if (age == null) {
      return before != null && before.byAge() ? before.figure() : null;
    }
    return age.toMillis() >= most.toMillis() * share
        ? "the oldest message has waited for "
            + age.toSeconds()
            + " s, maxAge is "
            + most.toSeconds()
            + " s"
        : null;
  }

  private void open(String queue) {
    if (full.remove(queue) != null) {
      log.info("queue '{}' has room again", queue);
    }
  }

  /** How long the queue takes to be open again at the rate at which it shrank since last time. */
  private Duration wait(String queue, QueueStats now, QueueLimits its) {
    Look before = looks.get(queue);
    if (before == null) {
      return Duration.ofSeconds(USUAL_WAIT);
    }
    double seconds = Duration.between(before.at(), clock.instant()).toMillis() / 1000.0;
    double perSecond = (before.ready() - now.ready()) / Math.max(seconds, 0.001);
    if (perSecond <= 0) {
      return Duration.ofSeconds(USUAL_WAIT);
    }
    double wait = (now.ready() - its.maxWaiting() * OPEN_AGAIN) / perSecond;
    return Duration.ofSeconds(
        Math.max(SHORTEST_WAIT, Math.min(LONGEST_WAIT, (long) Math.ceil(wait))));
  }
}
