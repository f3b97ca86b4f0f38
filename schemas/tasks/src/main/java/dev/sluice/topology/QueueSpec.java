package dev.sluice.topology;

/**
 * A queue to declare.
 *
 * @param name its name on the broker, namespace included
 * @param profile how it is declared
 */
public record QueueSpec(String name, Profile profile) {

  /** How a queue is declared. All are durable. */
  public enum Profile {
    /** Replicated, with the broker's own delivery limit out of the way; the default. */
    QUORUM,
    /** A classic queue of ours. */
    CLASSIC,
    /** Exactly as Celery declares it: classic, without arguments, everything else by policy. */
    CELERY,
    /** Exactly as Celery declares it with {@code task_default_queue_type=quorum}. */
    CELERY_QUORUM,
    /** Replicated, with one active consumer at a time: {@link OrderPartitions}. */
    ORDERED,
    /** Classic, with one active consumer at a time. */
    ORDERED_CLASSIC;

    /** Whether one consumer at a time gets the messages, and the next one when that is gone. */
    public boolean singleActiveConsumer() {
      return this == ORDERED || this == ORDERED_CLASSIC;
    }

    /** Whether Celery shares the queue. */
    public boolean sharedWithCelery() {
      return this == CELERY || this == CELERY_QUORUM;
    }
  }

  /**
   * The default profile of a queue: {@code celery} is Celery's own default queue, and a partition
   * queue goes by the queue that it belongs to.
   */
  public static QueueSpec of(String name) {
    String whole = OrderPartitions.queueOf(name);
    if (whole != null) {
      return OrderPartitions.spec(name, of(whole));
    }
    return new QueueSpec(name, name.equals("celery") ? Profile.CELERY : Profile.QUORUM);
  }
}
