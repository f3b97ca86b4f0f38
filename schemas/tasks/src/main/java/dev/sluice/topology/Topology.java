package dev.sluice.topology;

import java.nio.charset.StandardCharsets;

/**
 * Names of everything that Sluice declares on a broker. With a namespace they start with it and a
 * dot, so that applications can share a broker.
 *
 * @param namespace empty, or letters, digits, {@code -} and {@code _}
 */
public record Topology(String namespace) {

  /** No namespace. */
  public static final Topology DEFAULT = new Topology("");

  public Topology {
    if (!namespace.matches("[A-Za-z0-9_-]{0,40}")) {
      throw new IllegalArgumentException(
          "namespace '"
              + namespace
              + "' may have up to 40 letters, digits, '-' and '_' and nothing else");
    }
  }

  /**
   * The broker's name of a work queue.
   *
   * @throws IllegalArgumentException when the name is blank or too long for the delay ladder
   */
  public String queue(String name) {
    String full = prefixed(name);
    int bytes = full.getBytes(StandardCharsets.UTF_8).length;
    if (name.isBlank() || bytes > DelayLadder.MAX_QUEUE_NAME_BYTES) {
      throw new IllegalArgumentException(
          "queue name '"
              + full
              + "' must have 1 to "
              + DelayLadder.MAX_QUEUE_NAME_BYTES
              + " bytes, has "
              + bytes);
    }
    return full;
  }

  /** Where dead tasks wait for the archiver. */
  public String deadQueue() {
    return prefixed("sluice.dead");
  }

  /** Exchange and queue of messages whose delay ended and whose queue no longer exists. */
  public String unrouted() {
    return prefixed("sluice.unrouted");
  }

  /** Exchange, and queue of the same name, of one level of the delay ladder. */
  public String delayLevel(int level) {
    return prefixed("sluice_delayed_" + level);
  }

  /** The exchange from which a delayed message reaches its queue. */
  public String delayDelivery() {
    return prefixed("sluice_delayed_delivery");
  }

  /** Celery's own delivery exchange, which queues shared with Celery are bound to as well. */
  public static String celeryDelayDelivery() {
    return "celery_delayed_delivery";
  }

  /**
   * Celery's remote control: requests reach every worker. Never prefixed: Celery's tools fix it.
   */
  public static String controlExchange() {
    return "celery.pidbox";
  }

  /** The control inbox of one worker. */
  public static String controlQueue(String node) {
    return node + ".celery.pidbox";
  }

  /** Exchange that tells every process which objects it must not take from its cache any more. */
  public String invalidations() {
    return prefixed("sluice.invalidate");
  }

  private String prefixed(String name) {
    return namespace.isEmpty() ? name : namespace + "." + name;
  }
}
