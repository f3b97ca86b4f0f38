package dev.sluice.worker;

import dev.sluice.task.InboxKey;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task of a batch on its way to a settlement.
 *
 * <p>Threading: for the slot's thread alone.
 */
final class BatchTask {
  /** By inbox key: two batches that share tasks insert them in the same order. */
  static final Comparator<BatchTask> BY_KEY =
      Comparator.<BatchTask>comparingInt(task -> task.key.bucket())
          .thenComparing(task -> task.key.task(), Arrays::compareUnsigned);

  private final Attempt attempt;
  private final InboxKey key;
  private @Nullable Outcome refusal;
  private @Nullable Settlement settlement;

  BatchTask(Attempt attempt) {
    this.attempt = attempt;
    key = InboxKey.of(attempt.task().id());
  }

  Attempt attempt() {
    return attempt;
  }

  InboxKey key() {
    return key;
  }

  /** Its outcome is another than completed: the others are applied without it. */
  void refused(Outcome outcome) {
    refusal = outcome;
  }

  @Nullable Outcome refusal() {
    return refusal;
  }

  void settle(Settlement decided) {
    settlement = decided;
  }

  @Nullable Settlement settlement() {
    return settlement;
  }

  /** Whether nothing is decided about it. */
  boolean open() {
    return settlement == null && refusal == null;
  }

  /** Decides about it, unless that is done. */
  void settleOpen(Function<Attempt, Settlement> verdict) {
    if (settlement == null) {
      settlement = verdict.apply(attempt);
    }
  }
}
