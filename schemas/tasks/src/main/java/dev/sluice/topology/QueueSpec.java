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
    CELERY_QUORUM;

    /** Whether Celery shares the queue. */
    public boolean sharedWithCelery() {
      return this == CELERY || this == CELERY_QUORUM;
    }
  }

  /** The default profile of a queue: {@code celery} is Celery's own default queue. */
  public static QueueSpec of(String name) {
    return new QueueSpec(name, name.equals("celery") ? Profile.CELERY : Profile.QUORUM);
  }
}
