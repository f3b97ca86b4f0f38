package dev.sluice.worker.governor;

/** Whose rows a ceiling counts. */
public enum CeilingScope {
  /** Those of this process. */
  LOCAL,
  /** Those of all workers, by way of Redis. */
  GLOBAL
}
