package dev.sluice.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Section {@code spool}: the local log that tasks are appended to before they reach the broker.
 *
 * @param folder where it lies; empty for the process's own choice
 * @param sync when an accepted task survives a loss of power
 * @param syncInterval how often the log is forced to disk with {@link Sync#INTERVAL}
 * @param maxBytes the most that may wait
 * @param whenFull what becomes of a task when nothing more fits
 * @param blockFor how long an enqueue waits for room with {@link WhenFull#BLOCK}
 * @param relay whether the process relays its spool itself
 * @param relayRate most messages per second after an outage; 0 for no limit
 */
public record SpoolSettings(
    Optional<Path> folder,
    Sync sync,
    Duration syncInterval,
    long maxBytes,
    WhenFull whenFull,
    Duration blockFor,
    boolean relay,
    int relayRate) {

  /** When what was appended is forced to disk. */
  public enum Sync {
    OS,
    INTERVAL,
    ALWAYS
  }

  /** What a full spool does with a task. */
  public enum WhenFull {
    REJECT,
    BLOCK
  }

  public SpoolSettings {
    if (syncInterval.isZero()) {
      throw new IllegalArgumentException("spool.syncInterval: must be longer than 0");
    }
  }
}
