package dev.sluice.worker.retention;

/** What the numbers in an age column count, from 1970-01-01 UTC on. */
public enum AgeUnit {
  MILLIS,
  SECONDS,
  DAYS
}
