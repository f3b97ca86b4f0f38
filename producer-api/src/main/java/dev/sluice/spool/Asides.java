package dev.sluice.spool;

import dev.sluice.relay.Fate;
import dev.sluice.relay.Published;
import dev.sluice.relay.RelayPublisher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets aside what the broker will not take, and tries it again: alone, ever more rarely, for an
 * hour.
 *
 * <p>Threading: for one thread, its relay's.
 */
final class Asides {
  private static final Logger log = LoggerFactory.getLogger(Asides.class);

  /** With so many the cause is no single message: more stay in the log, see {@link HeldBack}. */
  static final int MOST = 200;

  private static final int AT_A_TIME = 50;
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration UNREADABLE = Duration.ofMinutes(5);

  private final Path spool;
  private final AsideFolder folder;
  private final RelayPublisher<AsideRecord> publisher;
  private final InstantSource clock;
  // When each is due, so that not every file is read every second.
  private final Map<Long, Instant> due = new TreeMap<>();
  private Instant nextLook = Instant.MIN;
  private boolean saidFull;

  Asides(Path spool, RelayPublisher<AsideRecord> publisher, InstantSource clock) {
    this.spool = spool;
    folder = new AsideFolder(spool);
    this.publisher = publisher;
    this.clock = clock;
  }

  /**
   * Sets a record aside, or parks it at once when it can never be published.
   *
   * @return false when too many are waiting already
   */
  boolean take(Published<SpoolRecord> result) throws IOException {
    if (result.fate() != Fate.IMPOSSIBLE && full()) {
      if (!saidFull) {
        saidFull = true;
        log.warn(
            "{}: the broker takes none of {} messages that were set aside; more for the same queues"
                + " wait in the log, the others leave: {}",
            spool,
            due.size(),
            result.reason());
      }
      return false;
    }
    saidFull = false;
    Instant now = clock.instant();
    store(
        AsideRecord.of(result.stored(), now)
            .failed(result.reason(), result.fate() == Fate.STRUCK, now),
        result.fate(),
        now);
    return true;
  }

  /** Whether no more are taken. */
  boolean full() {
    return due.size() >= MOST;
  }

  /** Publishes those whose time has come, one by one. */
  void retryDue() throws IOException, InterruptedException {
    Instant now = clock.instant();
    if (now.isBefore(nextLook)) {
      return;
    }
    nextLook = now.plus(LOOK);
    List<Long> waiting = folder.list(AsideFolder.State.RETRY);
    due.keySet().retainAll(waiting);
    List<AsideRecord> batch = new ArrayList<>();
    for (Long sequence : waiting) {
      if (batch.size() == AT_A_TIME || due.getOrDefault(sequence, now).isAfter(now)) {
        continue;
      }
      AsideRecord record = readOrLeave(sequence, now);
      if (record != null) {
        due.put(sequence, record.notBefore());
        if (!record.notBefore().isAfter(now)) {
          batch.add(record);
        }
      }
    }
    if (!batch.isEmpty()) {
      for (Published<AsideRecord> result : publisher.oneByOne(batch)) {
        settle(result);
      }
    }
  }

  /** One file that cannot be read must not keep the others, or the spool itself, from leaving. */
  private @Nullable AsideRecord readOrLeave(long sequence, Instant now) {
    try {
      return folder.read(sequence, AsideFolder.State.RETRY);
    } catch (IOException e) {
      due.put(sequence, now.plus(UNREADABLE));
      log.error(
          "message {} of the spool {} was set aside and its file cannot be read ({}): it is left"
              + " where it is and tried again in {} minutes; move it away if it is damaged",
          sequence,
          spool,
          e.toString(),
          UNREADABLE.toMinutes());
      return null;
    }
  }

  private void settle(Published<AsideRecord> result) throws IOException {
    switch (result.fate()) {
      case CONFIRMED -> {
        folder.delete(result.stored().sequence(), AsideFolder.State.RETRY);
        due.remove(result.stored().sequence());
      }
      case REFUSED, STRUCK, IMPOSSIBLE -> {
        Instant now = clock.instant();
        boolean struck = result.fate() == Fate.STRUCK;
        store(result.stored().failed(result.reason(), struck, now), result.fate(), now);
      }
      case BROKEN, OPEN, BROKER_AWAY -> {}
    }
  }

  private void store(AsideRecord record, Fate fate, Instant now) throws IOException {
    if (fate == Fate.IMPOSSIBLE || record.hopeless(now)) {
      folder.put(record, AsideFolder.State.PARKED);
      due.remove(record.sequence());
      log.error(
          "message {} of the spool {} is parked: {}. See 'sluice spool list {}'; once the cause is"
              + " gone, release or discard it",
          record.sequence(),
          spool,
          record.reason(),
          spool);
      return;
    }
    folder.put(record, AsideFolder.State.RETRY);
    due.put(record.sequence(), record.notBefore());
    if (record.failures() == 1) {
      log.warn(
          "message {} of the spool {} is set aside and tried again for {} minutes: {}",
          record.sequence(),
          spool,
          AsideRecord.PATIENCE.toMinutes(),
          record.reason());
    }
  }
}
