package dev.sluice.worker.fanout;

import dev.sluice.worker.longtask.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The recipients of a lane: ids greater than one and not greater than another. Written as {@code
 * AFTER:UP_TO}.
 */
record IdRange(long after, long upTo) {

  static IdRange of(String written) {
    int colon = written.indexOf(':');
    return new IdRange(
        Long.parseLong(written.substring(0, colon)), Long.parseLong(written.substring(colon + 1)));
  }

  /**
   * Cuts all ids into lanes that are equally wide between the least and the greatest id there is
   * now. The first lane is open below and the last above, for whoever is added meanwhile.
   *
   * @param ends least and greatest id; null for one lane
   */
  static List<IdRange> lanes(long @Nullable [] ends, int lanes) {
    List<IdRange> ranges = new ArrayList<>();
    long after = Long.MIN_VALUE;
    if (ends != null) {
      // Unsigned, so that a range over more than half of all numbers does not overflow.
      long width = Long.divideUnsigned(ends[1] - ends[0], lanes);
      for (int lane = 1; lane < lanes && width > 0; lane++) {
        long upTo = ends[0] + lane * width;
        ranges.add(new IdRange(after, upTo));
        after = upTo;
      }
    }
    ranges.add(new IdRange(after, Long.MAX_VALUE));
    return ranges;
  }

  /** The lane that has this range before it. */
  Slice lane() {
    return new Slice(start(0).toString(), toString());
  }

  /** Where a tier of this range begins. */
  Cursor start(int tier) {
    return new Cursor(tier, after);
  }

  @Override
  public String toString() {
    return after + ":" + upTo;
  }
}
