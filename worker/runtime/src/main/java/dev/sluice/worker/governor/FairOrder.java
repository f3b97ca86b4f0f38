package dev.sluice.worker.governor;

/**
 * Which queue is next: start-time fair queueing (Goyal, Vin, Cheng, 1996) of the time that attempts
 * take. Each queue has a tag, the time it was given divided by its weight; the lowest goes first. A
 * queue that had no work starts with the others: it saves nothing up.
 *
 * <p>Threading: for one thread at a time; weights may be changed by any.
 */
final class FairOrder {
  private static final double SMOOTHING = 0.1;

  /** So much is charged at least, that attempts which take no time alternate too. */
  private static final double LEAST_NANOS = 1_000;

  /** The tag of the attempt that was let through last. */
  private double virtualTime;

  /** What a queue was given. */
  static final class Account {
    private volatile int weight = 1;
    private double tag;

    /** What an attempt takes, as a rule, nanoseconds. */
    private double expected = LEAST_NANOS;

    int weight() {
      return weight;
    }

    void weight(int newWeight) {
      weight = newWeight;
    }
  }

  /** Whether {@code one} goes before {@code other}. */
  boolean before(Account one, Account other) {
    return start(one) < start(other);
  }

  /**
   * An attempt of the queue begins, and is charged what one takes as a rule.
   *
   * @return what was charged, for {@link #ended}
   */
  double begins(Account account) {
    virtualTime = start(account);
    account.tag = virtualTime + account.expected / account.weight;
    return account.expected;
  }

  /** An attempt has ended: what was charged is set right. */
  void ended(Account account, double charged, long nanos) {
    double took = Math.max(nanos, LEAST_NANOS);
    account.tag += (took - charged) / account.weight;
    account.expected += SMOOTHING * (took - account.expected);
  }

  private double start(Account account) {
    return Math.max(account.tag, virtualTime);
  }
}
