package dev.sluice.redis;

import java.util.concurrent.atomic.LongAdder;

/**
 * What happened to commands beside being done.
 *
 * <p>Threading: safe.
 */
final class Tally {
  /** Sent to another master for good. */
  final LongAdder moved = new LongAdder();

  /** Sent to another master this time. */
  final LongAdder asked = new LongAdder();

  /** Sent again, for whatever reason. */
  final LongAdder repeated = new LongAdder();
}
