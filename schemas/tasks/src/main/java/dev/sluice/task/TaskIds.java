package dev.sluice.task;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Task ids: UUID version 7 (RFC 9562) whose time is the task's eta, and deterministic ids for
 * children and for what is enqueued once. The time in the id decides which day of the inbox the
 * task belongs to.
 */
public final class TaskIds {
  private TaskIds() {}

  /** A new version 7 UUID with {@code eta} as its time, in milliseconds. */
  public static UUID next(Instant eta) {
    return next(eta, ThreadLocalRandom.current());
  }

  /** As {@link #next(Instant)}, with the given source of the 74 random bits. */
  public static UUID next(Instant eta, RandomGenerator random) {
    return uuid(7, eta.toEpochMilli(), random.nextLong(), random.nextLong());
  }

  /**
   * The id of the child number {@code ordinal} of a task, the same however often it is asked for: a
   * version 8 UUID of the parent's time and a hash of parent id and ordinal; for a parent whose id
   * has no time, a version 5 UUID.
   */
  public static UUID child(String parent, int ordinal) {
    byte[] name = (parent + '/' + ordinal).getBytes(StandardCharsets.UTF_8);
    UUID uuid = parse(parent);
    if (uuid == null || !hasTime(uuid)) {
      ByteBuffer hash = ByteBuffer.wrap(digest("SHA-1", name));
      return stamp(5, hash.getLong(), hash.getLong());
    }
    ByteBuffer hash = ByteBuffer.wrap(digest("SHA-256", name));
    return uuid(8, uuid.getMostSignificantBits() >>> 16, hash.getLong(), hash.getLong());
  }

  /**
   * The id of the task that is enqueued once in a window, the same for every call of that window: a
   * version 8 UUID of the window's start and a hash of task name, key and start.
   */
  public static UUID once(String taskName, String key, Instant windowStart) {
    byte[] name = taskName.getBytes(StandardCharsets.UTF_8);
    byte[] rest = key.getBytes(StandardCharsets.UTF_8);
    byte[] all =
        ByteBuffer.allocate(4 + name.length + rest.length + 8)
            .putInt(name.length)
            .put(name)
            .put(rest)
            .putLong(windowStart.toEpochMilli())
            .array();
    ByteBuffer hash = ByteBuffer.wrap(digest("SHA-256", all));
    return uuid(8, windowStart.toEpochMilli(), hash.getLong(), hash.getLong());
  }

  /** The time in a version 7 or 8 UUID; null for every other id. */
  public static @Nullable Instant time(String id) {
    UUID uuid = parse(id);
    return uuid == null || !hasTime(uuid)
        ? null
        : Instant.ofEpochMilli(uuid.getMostSignificantBits() >>> 16);
  }

  /** Whether an id is a version 8 UUID: computed from a key, or from the id of another task. */
  public static boolean isDerived(String id) {
    UUID uuid = parse(id);
    return uuid != null && hasTime(uuid) && uuid.version() == 8;
  }

  /** The UUID that {@code id} is written as, in any case; null when it is none. */
  static @Nullable UUID parse(String id) {
    if (id.length() != 36) {
      return null;
    }
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException notAUuid) {
      return null;
    }
  }

  static boolean hasTime(UUID uuid) {
    return uuid.variant() == 2 && (uuid.version() == 7 || uuid.version() == 8);
  }

  static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  private static UUID uuid(int version, long millis, long bits12, long bits62) {
    return stamp(version, millis << 16 | bits12 & 0xFFFF, bits62);
  }

  private static UUID stamp(int version, long high, long low) {
    return new UUID(
        high & ~0xF000L | (long) version << 12, low & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L);
  }
}
