package dev.sluice.bench;

/**
 * The lowest acceptable figure of a comparison.
 *
 * @param minimum ratio to the raw subject, or tasks a second
 * @param ofRaw whether it is the ratio
 */
record Target(double minimum, boolean ofRaw) {

  /** At least this share of the raw subject's rate. */
  static Target ratio(double minimum) {
    return new Target(minimum, true);
  }

  /** At least so many a second, whatever the raw subject does. */
  static Target rate(double minimum) {
    return new Target(minimum, false);
  }

  /** What was reached, for people. */
  String verdict(Result sluice) {
    return ofRaw
        ? "%.2f of the raw client, target %.2f: %s"
            .formatted(sluice.ratioToRaw(), minimum, word(sluice.ratioToRaw()))
        : "%,.0f a second, target %,.0f: %s".formatted(sluice.rate(), minimum, word(sluice.rate()));
  }

  private String word(double reached) {
    return reached >= minimum ? "met" : "missed";
  }
}
