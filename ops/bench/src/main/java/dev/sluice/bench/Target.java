package dev.sluice.bench;

/**
 * The lowest acceptable figures of a comparison.
 *
 * @param ofRaw ratio to the raw subject; 0 for none
 * @param perSecond tasks a second; 0 for none
 */
record Target(double ofRaw, double perSecond) {

  /** At least this share of the raw subject's rate. */
  static Target ratio(double minimum) {
    return new Target(minimum, 0);
  }

  /** At least so many a second, whatever the raw subject does. */
  static Target rate(double minimum) {
    return new Target(0, minimum);
  }

  /** Both. */
  static Target ratioAndRate(double ratio, double rate) {
    return new Target(ratio, rate);
  }

  /** What was reached, for people. */
  String verdict(Result sluice) {
    StringBuilder verdict = new StringBuilder();
    if (ofRaw > 0) {
      verdict.append(
          "%.2f of the raw client, target %.2f: %s"
              .formatted(sluice.ratioToRaw(), ofRaw, word(sluice.ratioToRaw(), ofRaw)));
    }
    if (perSecond > 0) {
      verdict
          .append(verdict.isEmpty() ? "" : "; ")
          .append(
              "%,.0f a second, target %,.0f: %s"
                  .formatted(sluice.rate(), perSecond, word(sluice.rate(), perSecond)));
    }
    return verdict.toString();
  }

  private static String word(double reached, double minimum) {
    return reached >= minimum ? "met" : "missed";
  }
}
