package dev.sluice.worker.upkeep;

/** Components of payloads that have a default. */
final class Defaults {
  private Defaults() {}

  /** {@code value}, or {@code absent} where it is 0, which is what a missing one is read as. */
  static int of(String name, int value, int absent) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " must not be negative, is " + value);
    }
    return value == 0 ? absent : value;
  }

  /** The same within a bound. */
  static int of(String name, int value, int absent, int most) {
    if (value > most) {
      throw new IllegalArgumentException(name + " must be at most " + most + ", is " + value);
    }
    return of(name, value, absent);
  }
}
