package dev.sluice.spool;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How a spool works.
 *
 * @param folder where its files are; made when it is not there, for its owner alone. On a volume of
 *     its own, if messages shall survive the loss of the machine or the pod
 * @param sync what an append survives; default {@link Sync#OS}
 * @param syncInterval how often {@link Sync#INTERVAL} syncs; default 100 ms
 * @param maxBytes limit of all segments together; default 1 GiB
 * @param segmentBytes a segment that has grown to this is followed by a new one; default 16 MiB
 * @param whenFull what an append does at the size limit; default {@link WhenFull#BLOCK}
 * @param blockFor how long {@link WhenFull#BLOCK} waits for room; default 1 s
 * @param relayRate messages per second that the relay publishes after an outage; 0, the default,
 *     for no limit
 * @param relay whether the process that opens the spool publishes too; default yes. Otherwise
 *     {@code ops/sluice relay FOLDER} does
 * @param clock tells the time
 */
public record SpoolOptions(
    Path folder,
    Sync sync,
    Duration syncInterval,
    long maxBytes,
    int segmentBytes,
    WhenFull whenFull,
    Duration blockFor,
    int relayRate,
    boolean relay,
    InstantSource clock) {
  private static final int LEAST_SEGMENT_BYTES = 1024;

  /** What an appended message survives. */
  public enum Sync {
    /** The end of the process, {@code kill -9} too. The operating system writes when it likes. */
    OS,
    /** Power loss too, except for the messages of the last interval. */
    INTERVAL,
    /** Power loss too: an append returns once the disk has the message. */
    ALWAYS
  }

  /** What an append does at the size limit. */
  public enum WhenFull {
    /** Waits a bounded time for the relay to make room. */
    BLOCK,
    /** Fails at once. */
    REJECT
  }

  public SpoolOptions {
    if (segmentBytes < LEAST_SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "segmentBytes must be at least " + LEAST_SEGMENT_BYTES + ", is " + segmentBytes);
    }
    if (maxBytes < 2L * segmentBytes) {
      throw new IllegalArgumentException(
          "maxBytes must be at least twice segmentBytes ("
              + segmentBytes
              + "), is "
              + maxBytes
              + ": raise maxBytes or lower segmentBytes");
    }
    if (syncInterval.isNegative() || syncInterval.isZero()) {
      throw new IllegalArgumentException("syncInterval must be longer than 0, is " + syncInterval);
    }
    if (blockFor.isNegative()) {
      throw new IllegalArgumentException("blockFor must not be negative, is " + blockFor);
    }
    if (relayRate < 0) {
      throw new IllegalArgumentException("relayRate must be 0 or more, is " + relayRate);
    }
  }

  /** Every default. */
  public static SpoolOptions of(Path folder) {
    return new SpoolOptions(
        folder,
        Sync.OS,
        Duration.ofMillis(100),
        1L << 30,
        16 << 20,
        WhenFull.BLOCK,
        Duration.ofSeconds(1),
        0,
        true,
        InstantSource.system());
  }

  public SpoolOptions sync(Sync newSync) {
    return new SpoolOptions(
        folder,
        newSync,
        syncInterval,
        maxBytes,
        segmentBytes,
        whenFull,
        blockFor,
        relayRate,
        relay,
        clock);
  }

  public SpoolOptions syncInterval(Duration newSyncInterval) {
    return new SpoolOptions(
        folder,
        sync,
        newSyncInterval,
        maxBytes,
        segmentBytes,
        whenFull,
        blockFor,
        relayRate,
        relay,
        clock);
  }

  /** Both limits at once: {@code maxBytes} is at least twice {@code segmentBytes}. */
  public SpoolOptions limits(long newMaxBytes, int newSegmentBytes) {
    return new SpoolOptions(
        folder,
        sync,
        syncInterval,
        newMaxBytes,
        newSegmentBytes,
        whenFull,
        blockFor,
        relayRate,
        relay,
        clock);
  }

  public SpoolOptions maxBytes(long newMaxBytes) {
    return limits(newMaxBytes, segmentBytes);
  }

  public SpoolOptions whenFull(WhenFull newWhenFull) {
    return new SpoolOptions(
        folder,
        sync,
        syncInterval,
        maxBytes,
        segmentBytes,
        newWhenFull,
        blockFor,
        relayRate,
        relay,
        clock);
  }

  public SpoolOptions blockFor(Duration newBlockFor) {
    return new SpoolOptions(
        folder,
        sync,
        syncInterval,
        maxBytes,
        segmentBytes,
        whenFull,
        newBlockFor,
        relayRate,
        relay,
        clock);
  }

  public SpoolOptions relayRate(int newRelayRate) {
    return new SpoolOptions(
        folder,
        sync,
        syncInterval,
        maxBytes,
        segmentBytes,
        whenFull,
        blockFor,
        newRelayRate,
        relay,
        clock);
  }

  public SpoolOptions relay(boolean newRelay) {
    return new SpoolOptions(
        folder,
        sync,
        syncInterval,
        maxBytes,
        segmentBytes,
        whenFull,
        blockFor,
        relayRate,
        newRelay,
        clock);
  }

  public SpoolOptions clock(InstantSource newClock) {
    return new SpoolOptions(
        folder,
        sync,
        syncInterval,
        maxBytes,
        segmentBytes,
        whenFull,
        blockFor,
        relayRate,
        relay,
        newClock);
  }
}
