package dev.sluice.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The middle of a few figures. */
final class Medians {
  private Medians() {}

  /** The median of a figure; of an even number the mean of the middle two. */
  static <T> double of(List<T> all, ToDoubleFunction<? super T> figure) {
    return of(all.stream().mapToDouble(figure).sorted().toArray());
  }

  /** The median of at least one figure in ascending order. */
  static double of(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
