package dev.sluice.producer;

import dev.sluice.keys.KeyStore;
import dev.sluice.message.PayloadCodec;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.topology.QueueSpec;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * How a producer works.
 *
 * @param origin who enqueues, shown to operators; default {@code PID@HOST}
 * @param maxBodyBytes limit of a body; default 1 MiB. Workers have the same limit
 * @param confirmTimeout how long a call waits for the broker's confirm; default 10 s
 * @param queues how a queue is declared, by its name on the broker; default {@link QueueSpec#of}
 * @param spool local log that tasks are appended to; null to have each confirmed by the broker
 * @param flushTimeout how long a close waits for confirms, or for the spool to be relayed; default
 *     5 s
 * @param outbox database whose outbox this process relays, at once after its own transactions; null
 *     leaves that to others, the workers for example
 * @param keys who holds which key, for tasks that are enqueued once or exclusively, which wait for
 *     it also when they go to a spool; null for the outbox's database where there is one
 * @param limits when queues are full, by their names without namespace; default none
 * @param listener hears what becomes of tasks
 * @param clock tells the time
 */
public record ProducerOptions(
    String origin,
    int maxBodyBytes,
    Duration confirmTimeout,
    Function<String, QueueSpec> queues,
    @Nullable SpoolOptions spool,
    Duration flushTimeout,
    @Nullable DataSource outbox,
    @Nullable KeyStore keys,
    Map<String, QueueLimits> limits,
    ProducerListener listener,
    InstantSource clock) {

  /** Every default. */
  public static final ProducerOptions DEFAULTS =
      new ProducerOptions(
          ProcessHandle.current().pid() + "@" + host(),
          PayloadCodec.DEFAULT_MAX_BYTES,
          Duration.ofSeconds(10),
          QueueSpec::of,
          null,
          Duration.ofSeconds(5),
          null,
          null,
          Map.of(),
          ProducerListener.NONE,
          InstantSource.system());

  public ProducerOptions {
    limits = Map.copyOf(limits);
    if (maxBodyBytes < 1) {
      throw new IllegalArgumentException("maxBodyBytes must be at least 1, is " + maxBodyBytes);
    }
    if (flushTimeout.isNegative()) {
      throw new IllegalArgumentException("flushTimeout must not be negative, is " + flushTimeout);
    }
    if (confirmTimeout.isNegative() || confirmTimeout.isZero()) {
      throw new IllegalArgumentException(
          "confirmTimeout must be longer than 0, is " + confirmTimeout);
    }
  }

  public ProducerOptions origin(String origin) {
    return with(o -> o.origin = origin);
  }

  public ProducerOptions maxBodyBytes(int maxBodyBytes) {
    return with(o -> o.maxBodyBytes = maxBodyBytes);
  }

  public ProducerOptions confirmTimeout(Duration confirmTimeout) {
    return with(o -> o.confirmTimeout = confirmTimeout);
  }

  public ProducerOptions queues(Function<String, QueueSpec> queues) {
    return with(o -> o.queues = queues);
  }

  public ProducerOptions spool(SpoolOptions spool) {
    return with(o -> o.spool = spool);
  }

  public ProducerOptions flushTimeout(Duration flushTimeout) {
    return with(o -> o.flushTimeout = flushTimeout);
  }

  public ProducerOptions outbox(DataSource outbox) {
    return with(o -> o.outbox = outbox);
  }

  /** A store of keys, which stays the caller's to close. */
  public ProducerOptions keys(KeyStore keys) {
    return with(o -> o.keys = keys);
  }

  /** Limits a queue. */
  public ProducerOptions limit(String queue, QueueLimits limit) {
    Map<String, QueueLimits> all = new HashMap<>(limits);
    all.put(queue, limit);
    return with(o -> o.limits = all);
  }

  public ProducerOptions listener(ProducerListener listener) {
    return with(o -> o.listener = listener);
  }

  public ProducerOptions clock(InstantSource clock) {
    return with(o -> o.clock = clock);
  }

  private ProducerOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** The same options, open to a change. */
  private static final class Draft {
    private String origin;
    private int maxBodyBytes;
    private Duration confirmTimeout;
    private Function<String, QueueSpec> queues;
    private @Nullable SpoolOptions spool;
    private Duration flushTimeout;
    private @Nullable DataSource outbox;
    private @Nullable KeyStore keys;
    private Map<String, QueueLimits> limits;
    private ProducerListener listener;
    private InstantSource clock;

    Draft(ProducerOptions from) {
      origin = from.origin;
      maxBodyBytes = from.maxBodyBytes;
      confirmTimeout = from.confirmTimeout;
      queues = from.queues;
      spool = from.spool;
      flushTimeout = from.flushTimeout;
      outbox = from.outbox;
      keys = from.keys;
      limits = from.limits;
      listener = from.listener;
      clock = from.clock;
    }

    ProducerOptions options() {
      return new ProducerOptions(
          origin,
          maxBodyBytes,
          confirmTimeout,
          queues,
          spool,
          flushTimeout,
          outbox,
          keys,
          limits,
          listener,
          clock);
    }
  }
}
