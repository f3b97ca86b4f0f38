package dev.sluice.spool;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.message.Headers;
import dev.sluice.spool.AsideFolder.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What lies in the folder of a spool, for operators; whoever writes or relays it need not be there.
 *
 * <p>Threading: any thread, any process.
 */
public final class SpoolView {
  private final Path folder;
  private final AsideFolder aside;

  /** The spool in a folder. */
  public SpoolView(Path folder) {
    this.folder = folder;
    aside = new AsideFolder(folder);
  }

  /**
   * A message that the broker would not take.
   *
   * @param sequence tells it apart in this spool
   * @param parked whether it waits for an operator; else it is tried again by itself
   * @param taskId null when it is no message
   * @param taskName null when it is no message
   * @param queue null when it is no message
   * @param failures how often the broker would not take it
   * @param since when it failed first
   * @param reason why it failed last
   */
  public record SetAside(
      long sequence,
      boolean parked,
      @Nullable String taskId,
      @Nullable String taskName,
      @Nullable String queue,
      int failures,
      Instant since,
      String reason) {}

  /** Whether a folder is, or was, that of a spool. */
  public static boolean isSpool(Path folder) {
    try {
      return Files.exists(folder.resolve(FolderLock.WRITER))
          || Files.isDirectory(folder) && !SegmentFile.list(folder).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  /** How many messages are not confirmed yet; reads them all. Without those set aside. */
  public long waiting() throws IOException {
    long messages = 0;
    SpoolPosition confirmed = new Checkpoint(folder).read();
    try (SpoolReader left = new SpoolReader(folder, confirmed, new Damage())) {
      while (left.next() != null) {
        messages++;
      }
    }
    return messages;
  }

  /** When the oldest message was appended that is not confirmed yet; null when there is none. */
  public @Nullable Instant oldest() throws IOException {
    SpoolPosition confirmed = new Checkpoint(folder).read();
    try (SpoolReader left = new SpoolReader(folder, confirmed, new Damage())) {
      SpoolRecord first = left.next();
      return first == null ? null : first.appendedAt();
    }
  }

  /** Bytes of all segments; what is confirmed and not yet deleted included. */
  public long bytes() throws IOException {
    return SegmentFile.bytes(folder);
  }

  /** How many messages wait for an operator. */
  public int parked() throws IOException {
    return aside.list(State.PARKED).size();
  }

  /** The messages that the broker would not take, oldest first. */
  public List<SetAside> setAside() throws IOException {
    List<SetAside> found = new ArrayList<>();
    for (State state : State.values()) {
      for (Long sequence : aside.list(state)) {
        try {
          AsideRecord record = aside.read(sequence, state);
          if (record != null) {
            found.add(view(record, state));
          }
        } catch (IOException e) {
          // Listed all the same: an operator looks here for what is wrong.
          found.add(unreadable(sequence, state, e));
        }
      }
    }
    found.sort((a, b) -> Long.compare(a.sequence(), b.sequence()));
    return found;
  }

  /** Lets a parked message be tried again; false when there is none. */
  public boolean release(long sequence, InstantSource clock) throws IOException {
    return aside.release(sequence, clock.instant());
  }

  /** Deletes a parked message for good; false when there is none. */
  public boolean discard(long sequence) throws IOException {
    return aside.delete(sequence, State.PARKED);
  }

  private static SetAside unreadable(long sequence, State state, IOException why) {
    return new SetAside(
        sequence,
        state == State.PARKED,
        null,
        null,
        null,
        0,
        Instant.EPOCH,
        "its file cannot be read: " + why);
  }

  private static SetAside view(AsideRecord record, State state) {
    String queue = null;
    String id = null;
    String name = null;
    try {
      RoutedMessage routed = record.read();
      queue = routed.queue();
      id = routed.message().correlationId();
      name = Objects.toString(routed.message().headers().get(Headers.TASK), null);
    } catch (IllegalArgumentException e) {
      // The bytes are shown as what they are: no message.
    }
    return new SetAside(
        record.sequence(),
        state == State.PARKED,
        id,
        name,
        queue,
        record.failures(),
        record.failingSince(),
        record.reason());
  }
}
