package dev.sluice.task;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;

/**
 * The key of a task's inbox row: a function of the task id alone, so that every copy of a task
 * meets the same row, whenever it arrives.
 *
 * @param bucket the UTC day (days since 1970-01-01) in a version 7 or 8 UUID; 0 for every other id
 * @param task the UUID's 16 bytes, or the first 16 bytes of the SHA-256 of a foreign id
 */
public record InboxKey(int bucket, byte[] task) {

  private static final long MILLIS_PER_DAY = 86_400_000;

  public static InboxKey of(String taskId) {
    UUID uuid = TaskIds.parse(taskId);
    if (uuid == null) {
      byte[] hash = TaskIds.digest("SHA-256", taskId.getBytes(StandardCharsets.UTF_8));
      return new InboxKey(0, Arrays.copyOf(hash, 16));
    }
    byte[] bytes =
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array();
    Instant time = TaskIds.time(taskId);
    return new InboxKey(time == null ? 0 : (int) (time.toEpochMilli() / MILLIS_PER_DAY), bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InboxKey key && bucket == key.bucket && Arrays.equals(task, key.task);
  }

  @Override
  public int hashCode() {
    return 31 * bucket + Arrays.hashCode(task);
  }
}
