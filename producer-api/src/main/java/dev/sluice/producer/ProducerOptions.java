package dev.sluice.producer;

import dev.sluice.message.PayloadCodec;
import dev.sluice.topology.QueueSpec;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * How a producer works.
 *
 * @param origin who enqueues, shown to operators; default {@code PID@HOST}
 * @param maxBodyBytes limit of a body; default 1 MiB. Workers have the same limit
 * @param confirmTimeout how long a call waits for the broker's confirm; default 10 s
 * @param queues how a queue is declared, by its name on the broker; default {@link QueueSpec#of}
 * @param listener hears what becomes of tasks
 * @param clock tells the time
 */
public record ProducerOptions(
    String origin,
    int maxBodyBytes,
    Duration confirmTimeout,
    Function<String, QueueSpec> queues,
    ProducerListener listener,
    InstantSource clock) {

  /** Every default. */
  public static final ProducerOptions DEFAULTS =
      new ProducerOptions(
          ProcessHandle.current().pid() + "@" + host(),
          PayloadCodec.DEFAULT_MAX_BYTES,
          Duration.ofSeconds(10),
          QueueSpec::of,
          ProducerListener.NONE,
          InstantSource.system());

  public ProducerOptions {
    if (maxBodyBytes < 1) {
      throw new IllegalArgumentException("maxBodyBytes must be at least 1, is " + maxBodyBytes);
    }
    if (confirmTimeout.isNegative() || confirmTimeout.isZero()) {
      throw new IllegalArgumentException(
          "confirmTimeout must be longer than 0, is " + confirmTimeout);
    }
  }

  public ProducerOptions origin(String newOrigin) {
    return new ProducerOptions(newOrigin, maxBodyBytes, confirmTimeout, queues, listener, clock);
  }

  public ProducerOptions maxBodyBytes(int newMax) {
    return new ProducerOptions(origin, newMax, confirmTimeout, queues, listener, clock);
  }

  public ProducerOptions confirmTimeout(Duration newTimeout) {
    return new ProducerOptions(origin, maxBodyBytes, newTimeout, queues, listener, clock);
  }

  public ProducerOptions queues(Function<String, QueueSpec> newQueues) {
    return new ProducerOptions(origin, maxBodyBytes, confirmTimeout, newQueues, listener, clock);
  }

  public ProducerOptions listener(ProducerListener newListener) {
    return new ProducerOptions(origin, maxBodyBytes, confirmTimeout, queues, newListener, clock);
  }

  public ProducerOptions clock(InstantSource newClock) {
    return new ProducerOptions(origin, maxBodyBytes, confirmTimeout, queues, listener, newClock);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
