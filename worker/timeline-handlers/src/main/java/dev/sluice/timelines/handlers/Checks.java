package dev.sluice.timelines.handlers;

import org.jspecify.annotations.Nullable;

/** What must hold of the numbers in a payload; each check gives the reason when it does not. */
final class Checks {
  /** The last millisecond of the year 9999, which a DATETIME ends with. */
  private static final long LAST_MILLI = 253_402_300_799_999L;

  private Checks() {}

  /** The first reason there is; null when all is well. */
  static @Nullable String first(@Nullable String... reasons) {
    for (String reason : reasons) {
      if (reason != null) {
        return reason;
      }
    }
    return null;
  }

  static @Nullable String id(String field, long id) {
    return id > 0 ? null : field + " must be a positive id, is " + id;
  }

  static @Nullable String time(String field, long milli) {
    return milli > 0 && milli <= LAST_MILLI
        ? null
        : field + " must be milliseconds since 1970, 1 to " + LAST_MILLI + ", is " + milli;
  }
}
