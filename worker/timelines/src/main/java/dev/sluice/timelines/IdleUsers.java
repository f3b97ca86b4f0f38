package dev.sluice.timelines;

/** What fan-outs do about users who have not read their timelines for long. */
public enum IdleUsers {
  /** Write to them as to anyone. */
  PUSH,
  /** Leave them out; what they missed is read from the database when they return. */
  SKIP
}
