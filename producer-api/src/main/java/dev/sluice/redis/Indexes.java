package dev.sluice.redis;

import java.util.Arrays;

/**
 * Places in a list of commands, without a box around each.
 *
 * <p>Threading: for one thread.
 */
final class Indexes {
  private int[] values;
  private int size;

  Indexes(int expected) {
    values = new int[Math.max(1, expected)];
  }

  /** 0 to {@code size - 1}. */
  static Indexes upTo(int size) {
    Indexes all = new Indexes(size);
    Arrays.setAll(all.values, i -> i);
    all.size = size;
    return all;
  }

  void add(int index) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = index;
  }

  int get(int place) {
    return values[place];
  }

  int size() {
    return size;
  }
}
