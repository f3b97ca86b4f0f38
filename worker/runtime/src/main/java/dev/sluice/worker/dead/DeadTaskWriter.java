package dev.sluice.worker.dead;

import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.message.MessageBytes;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.InboxKind;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes dead letters as rows, in the caller's transaction. Writing one again changes nothing,
 * whatever became of its row since. Never writes the inbox: a later redrive would be taken for a
 * duplicate.
 */
final class DeadTaskWriter {
  // Escaped it may double, and must stay below max_allowed_packet, 16 MB on MariaDB.
  static final int MOST_STORED_BYTES = 4 << 20;
  private static final int CLIPPED_BODY_BYTES = 64 << 10;
  private static final int CLIPPED_HEADER_LENGTH = 1000;
  private static final int CLIPPED_HEADERS = 100;

  // Setting id to itself: INSERT IGNORE would also hide values that do not fit.
  private static final String UPSERT =
      "INSERT INTO sluice_dead_task (task_key, redrive, task_id, task_name, queue, reason, detail,"
          + " exception, stack, transient, attempts, worker, dead_at, state, state_at,"
          + " auto_redrives, message, clipped)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " ON DUPLICATE KEY UPDATE id = id";

  private DeadTaskWriter() {}

  /**
   * Writes rows; returns how many letters there were.
   *
   * @param clip keep only the beginning of each message, as a last resort
   */
  static int write(Connection connection, List<DeadLetter> letters, boolean clip, Instant now)
      throws SQLException {
    Map<InboxKey, InboxKind> inbox = InboxKinds.find(connection, keysOf(letters));
    Map<Parent, Integer> autoRedrives = autoRedrives(connection, letters);
    try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
      for (DeadLetter letter : letters) {
        InboxKind kind = letter.taskId() == null ? null : inbox.get(InboxKey.of(letter.taskId()));
        int auto = autoRedrives.getOrDefault(Parent.of(letter), 0);
        Rows.bind(upsert, values(letter, kind, auto, clip, now));
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
    return letters.size();
  }

  private static List<InboxKey> keysOf(List<DeadLetter> letters) {
    return letters.stream()
        .map(DeadLetter::taskId)
        .filter(Objects::nonNull)
        .distinct()
        .map(InboxKey::of)
        .toList();
  }

  private static List<@Nullable Object> values(
      DeadLetter letter, @Nullable InboxKind inInbox, int autoRedrives, boolean clip, Instant now) {
    byte[] message = MessageBytes.write(letter.message());
    boolean clipped = clip || message.length > MOST_STORED_BYTES;
    return Arrays.asList(
        letter.key(),
        letter.redrive(),
        letter.taskId(),
        letter.taskName(),
        letter.queue(),
        letter.reason().name(),
        detail(letter, inInbox),
        letter.exception(),
        letter.stack(),
        letter.causeTransient(),
        letter.attempts(),
        letter.worker(),
        SqlTimes.text(letter.deadAt()),
        DeadInbox.stateFor(inInbox).name(),
        SqlTimes.text(now),
        autoRedrives,
        clipped ? MessageBytes.write(clipped(letter.message())) : message,
        clipped);
  }

  private static String detail(DeadLetter letter, @Nullable InboxKind inInbox) {
    return inInbox == null
        ? letter.detail()
        : DeadInbox.detail(inInbox, letter.reason().name(), letter.detail());
  }

  /** The beginning of the body, and headers of a usual size. */
  private static Message clipped(Message message) {
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    message.headers().entrySet().stream()
        .filter(header -> !Headers.aboutDeath(header.getKey()))
        .filter(header -> plain(header.getValue()))
        .limit(CLIPPED_HEADERS)
        .forEach(header -> headers.put(header.getKey(), header.getValue()));
    byte[] body = message.body();
    return new Message(
        message.contentType(),
        message.contentEncoding(),
        message.priority(),
        message.correlationId(),
        message.replyTo(),
        headers,
        Arrays.copyOf(body, Math.min(body.length, CLIPPED_BODY_BYTES)));
  }

  private static boolean plain(@Nullable Object value) {
    return value instanceof Integer
        || value instanceof Long
        || value instanceof Boolean
        || value instanceof String text && text.length() <= CLIPPED_HEADER_LENGTH;
  }

  /**
   * How often the retry job has sent tasks back in a row, by the entry they were sent back from.
   */
  private static Map<Parent, Integer> autoRedrives(Connection connection, List<DeadLetter> letters)
      throws SQLException {
    List<Parent> parents =
        letters.stream().filter(l -> l.redrive() > 0).map(Parent::of).distinct().toList();
    Map<Parent, Integer> found = new HashMap<>();
    if (parents.isEmpty()) {
      return found;
    }
    List<Object> parameters = new ArrayList<>();
    for (Parent parent : parents) {
      parameters.add(parent.key.array());
      parameters.add(parent.redrive);
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT task_key, redrive, auto_redrives FROM sluice_dead_task"
                + " WHERE (task_key, redrive) IN ("
                + Rows.list("(?, ?)", parents.size())
                + ")")) {
      Rows.bind(select, parameters);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.put(new Parent(ByteBuffer.wrap(row.getBytes(1)), row.getInt(2)), row.getInt(3));
        }
      }
    }
    return found;
  }

  /** The entry that a task was sent back from. */
  private record Parent(ByteBuffer key, int redrive) {
    static Parent of(DeadLetter letter) {
      return new Parent(ByteBuffer.wrap(letter.key()), letter.redrive() - 1);
    }
  }
}
