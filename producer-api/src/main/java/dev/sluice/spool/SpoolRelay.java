package dev.sluice.spool;

import dev.sluice.broker.Broker;
import dev.sluice.broker.DeclaredQueues;
import dev.sluice.loop.Loop;
import dev.sluice.relay.Fate;
import dev.sluice.relay.Published;
import dev.sluice.relay.RelayPublisher;
import dev.sluice.topology.QueueSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Publishes what is in a spool, in order: go-back-N. What the broker confirmed is behind the
 * checkpoint, whole segments behind it are deleted; after a lost connection or a crash everything
 * from the first message without a confirm is published again, with the same task ids.
 *
 * <p>A message that the broker will not take is set aside and tried again for an hour, the others
 * go on without it. Where very many are, those that follow for the same queue stay in the log. Then
 * it is parked, and at once when it is no message or breaks its channel whenever it is alone on it.
 * One with an order key is not set aside: it stays in the log, and so does all that follows for its
 * partition queue, until the broker takes it or it is parked.
 *
 * <p>The spool's writer may be this process, another one, or dead.
 *
 * <p>Threading: {@link #runOnce} and {@link #close} for one thread, its loop's; the rest for any.
 */
public final class SpoolRelay implements Loop, AutoCloseable {
  private static final int BATCH = 500;
  private static final long BATCH_BYTES = 8 << 20;
  private static final Duration CONFIRM_PATIENCE = Duration.ofSeconds(5);
  private static final Duration BROKER_AWAY = Duration.ofMillis(500);
  private static final Duration CHECKPOINT = Duration.ofMillis(100);

  /** A writer that is busy appends again soon: shorter than waking a thread costs it. */
  static final Duration SHORT_REST = Duration.ofMillis(2);

  private static final int SHORT_RESTS = 50;
  private static final Set<Fate> UNANSWERED = EnumSet.of(Fate.BROKEN, Fate.OPEN, Fate.BROKER_AWAY);
  private static final Set<Fate> CUT_SHORT = EnumSet.of(Fate.STRUCK, Fate.OPEN, Fate.BROKER_AWAY);

  private final FolderLock lock;
  private final SpoolReader reader;
  private final Checkpoint checkpoint;
  private final Asides asides;
  private final HeldBack held;
  private final RelayPublisher<SpoolRecord> publisher;
  private final RelayProgress progress = new RelayProgress();
  private final int rate;
  private final Duration rest;

  private SpoolPosition confirmed;
  private SpoolPosition written;
  private long writtenAt = System.nanoTime();
  // After a channel broke under a batch, any message of it may have been the cause.
  private boolean oneByOne;
  private boolean catchingUp = true;
  private int emptyRounds;
  private volatile boolean idle;

  private SpoolRelay(FolderLock lock, Path folder, Broker broker, Options options)
      throws IOException {
    this.lock = lock;
    rate = options.rate();
    rest = options.rest();
    checkpoint = new Checkpoint(folder);
    confirmed = checkpoint.read();
    written = confirmed;
    Damage damage = new Damage();
    reader = new SpoolReader(folder, confirmed, damage);
    held = new HeldBack(options.clock());
    DeclaredQueues queues = new DeclaredQueues(broker, options.queues());
    publisher = new RelayPublisher<>(broker, queues, CONFIRM_PATIENCE);
    asides =
        new Asides(folder, new RelayPublisher<>(broker, queues, CONFIRM_PATIENCE), options.clock());
  }

  /**
   * How a relay works.
   *
   * @param queues how a queue is declared before the first message to it, by its name on the broker
   * @param rate messages a second at most while it catches up; 0 for no limit
   * @param rest how long it rests when nothing is there. Short where nobody nudges it: another
   *     process writes
   * @param clock tells when to try again what was set aside
   */
  public record Options(
      Function<String, QueueSpec> queues, int rate, Duration rest, InstantSource clock) {
    /** No limit; looks twenty times a second. */
    public static final Options DEFAULTS =
        new Options(QueueSpec::of, 0, Duration.ofMillis(50), InstantSource.system());
  }

  /**
   * A relay for the spool in a folder, which need not exist yet.
   *
   * @throws SpoolException when the folder cannot be used, or another relay is at work there
   */
  public static SpoolRelay open(Path folder, Broker broker, Options options) {
    FolderLock lock = SpoolFolder.claim(folder, FolderLock.RELAY);
    try {
      return new SpoolRelay(lock, folder, broker, options);
    } catch (IOException e) {
      lock.closeQuietly();
      throw new SpoolException("the spool " + folder + " cannot be read (" + e + ")", e);
    }
  }

  /**
   * Publishes one batch.
   *
   * @return zero when more is there
   */
  @Override
  public Duration runOnce() throws IOException, InterruptedException {
    asides.retryDue();
    progress.began();
    boolean whole = false;
    try {
      Duration pause = round();
      whole = true;
      return pause;
    } finally {
      if (!whole) {
        // Else the next round would go on behind messages that were read and that nobody has.
        goBack();
      }
    }
  }

  private Duration round() throws IOException, InterruptedException {
    List<SpoolRecord> batch = readBatch();
    if (batch.isEmpty()) {
      idle = ++emptyRounds > SHORT_RESTS;
      // Who appends reads `idle` after the append: it nudges, or this second look finds the record.
      batch = idle ? readBatch() : batch;
    }
    if (batch.isEmpty()) {
      if (held.any()) {
        return restBehindHeld();
      }
      // A segment that was read to its end can go as soon as the next one has begun.
      confirmed = reader.position();
      held.passed();
      catchingUp = false;
      progress.drained();
      writeCheckpoint(CHECKPOINT);
      return idle ? rest : SHORT_REST;
    }
    idle = false;
    emptyRounds = 0;
    if (!held.any()) {
      progress.took(batch);
    }
    Duration pause = settle(publish(batch));
    writeCheckpoint(CHECKPOINT);
    return pause;
  }

  /** Whether the relay sleeps until it is nudged; while it is awake nobody need do that. */
  public boolean idle() {
    return idle;
  }

  /** Whether the folder is still its own; false when it was deleted, its lock file included. */
  public boolean holdsFolder() {
    return lock.stands();
  }

  /** What it has done and what is left. */
  public RelayProgress progress() {
    return progress;
  }

  /** Records what is confirmed, and lets another relay take over. */
  @Override
  public void close() throws IOException {
    try (lock;
        reader) {
      writeCheckpoint(Duration.ZERO);
    }
  }

  private List<SpoolRecord> readBatch() throws IOException {
    int most = rate > 0 && catchingUp ? Math.max(1, Math.min(BATCH, rate / 10)) : BATCH;
    List<SpoolRecord> batch = new ArrayList<>();
    for (long bytes = 0; batch.size() < most && bytes < BATCH_BYTES; ) {
      SpoolRecord record;
      try {
        record = reader.next();
      } catch (IOException | SpoolException e) {
        if (batch.isEmpty()) {
          throw e;
        }
        // First those that were read; the reader fails at the same place again.
        break;
      }
      if (record == null) {
        break;
      }
      if (held.skips(record, asides.full())) {
        continue;
      }
      bytes += record.body().length;
      batch.add(record);
    }
    return batch;
  }

  private List<Published<SpoolRecord>> publish(List<SpoolRecord> batch)
      throws InterruptedException {
    if (!oneByOne) {
      List<Published<SpoolRecord>> results = publisher.together(batch);
      oneByOne = results.stream().anyMatch(result -> result.fate() == Fate.BROKEN);
      return results;
    }
    List<Published<SpoolRecord>> results = publisher.oneByOne(batch);
    oneByOne = results.stream().anyMatch(result -> CUT_SHORT.contains(result.fate()));
    return results;
  }

  /**
   * Moves over what is done with; goes back to the first message that has no answer. A message that
   * is held back keeps the position where it is, and no other from leaving.
   */
  private Duration settle(List<Published<SpoolRecord>> results) throws IOException {
    int done = 0;
    for (Published<SpoolRecord> result : results) {
      if (UNANSWERED.contains(result.fate())) {
        goBack();
        catchingUp = true;
        return result.fate() == Fate.BROKEN ? Duration.ZERO : BROKER_AWAY;
      }
      if (!isDone(result)) {
        held.hold(result.stored());
        continue;
      }
      done++;
      progress.relayed(1);
      if (held.any()) {
        held.ahead(result.stored());
      } else {
        confirmed = result.stored().position();
      }
    }
    return rate > 0 && catchingUp
        ? Duration.ofSeconds(1).multipliedBy(done).dividedBy(rate)
        : Duration.ZERO;
  }

  private void goBack() throws IOException {
    reader.seek(confirmed);
    held.rewound();
  }

  private Duration restBehindHeld() throws IOException {
    writeCheckpoint(CHECKPOINT);
    if (held.due() || held.anyForWantOfRoom() && !asides.full()) {
      goBack();
      return Duration.ZERO;
    }
    return idle ? rest : SHORT_REST;
  }

  private boolean isDone(Published<SpoolRecord> result) throws IOException {
    return switch (result.fate()) {
      case CONFIRMED -> true;
      case REFUSED, STRUCK, IMPOSSIBLE ->
          !held.mustStay(result) && asides.take(held.judged(result));
      case BROKEN, OPEN, BROKER_AWAY -> false;
    };
  }

  private void writeCheckpoint(Duration every) throws IOException {
    boolean due = System.nanoTime() - writtenAt >= every.toNanos();
    if (due && !confirmed.equals(written)) {
      checkpoint.write(confirmed);
      if (confirmed.segment() != written.segment()) {
        reader.deleteUpTo(confirmed);
      }
      written = confirmed;
      writtenAt = System.nanoTime();
    }
  }
}
