package dev.sluice.relay;

/** What became of one stored message that a relay took up. */
public enum Fate {
  /** The broker has it: it may be deleted. */
  CONFIRMED,
  /** The broker would not take it: try again later. */
  REFUSED,
  /** The channel broke while this message alone was on it: it may be the culprit. */
  STRUCK,
  /** It can never be published. */
  IMPOSSIBLE,
  /** The channel broke while this message and others were on it. */
  BROKEN,
  /** Not sent, or no word from the broker yet: leave it as it is. */
  OPEN,
  /** Not sent: the broker is away. */
  BROKER_AWAY
}
