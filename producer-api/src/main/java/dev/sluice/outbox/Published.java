package dev.sluice.outbox;

/**
 * What became of one row.
 *
 * @param reason for a person; empty when confirmed
 */
record Published(OutboxRow row, Fate fate, String reason) {

  enum Fate {
    /** The broker has it: delete the row. */
    CONFIRMED,
    /** The broker would not take it: try again later. */
    REFUSED,
    /** The channel broke while this message alone was on it: it may be the culprit. */
    STRUCK,
    /** It can never be published. */
    IMPOSSIBLE,
    /** The channel broke while this message and others were on it. */
    BROKEN,
    /** Not sent, or no word from the broker yet: leave the row as it is. */
    OPEN,
    /** Not sent: the broker is away. */
    BROKER_AWAY
  }
}
