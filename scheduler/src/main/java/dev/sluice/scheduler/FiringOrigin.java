package dev.sluice.scheduler;

import java.util.Locale;

/** Why a job was fired. */
public enum FiringOrigin {
  /** It was due. */
  DUE,
  /** Somebody asked for it. */
  RUN_NOW,
  /** Somebody asked for what had been due in a time that is past. */
  BACKFILL;

  /** As the ledger writes it. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static FiringOrigin of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
