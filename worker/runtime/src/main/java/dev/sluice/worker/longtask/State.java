package dev.sluice.worker.longtask;

/** Where a long task stands. */
public enum State {
  /** Its lanes go on. */
  RUNNING,
  /** An operator stopped it; {@code resume} goes on where it was. */
  PAUSED,
  /** An operator ended it; what is done stays done. */
  CANCELLED,
  /** Every lane is at its end. */
  DONE
}
