package dev.sluice.scheduler;

/** Where a job comes from. */
public enum JobSource {
  /** The configuration of the schedulers: it goes when it is no longer there. */
  CONFIGURED,
  /** Made at run time: it stays until it is removed. */
  DYNAMIC
}
