package dev.sluice.worker.governor;

/**
 * What the tasks of one type are held to. Limits across workers need Redis.
 *
 * @param worker in each worker
 * @param shared in all workers together
 * @param perKey in all workers together, for each limit key; a task without one is not held to it
 */
public record TypeLimits(Limits worker, Limits shared, Limits perKey) {

  /** No limit. */
  public static final TypeLimits NONE = new TypeLimits(Limits.NONE, Limits.NONE, Limits.NONE);

  public TypeLimits worker(Limits newLimits) {
    return new TypeLimits(newLimits, shared, perKey);
  }

  public TypeLimits shared(Limits newLimits) {
    return new TypeLimits(worker, newLimits, perKey);
  }

  public TypeLimits perKey(Limits newLimits) {
    return new TypeLimits(worker, shared, newLimits);
  }
}
