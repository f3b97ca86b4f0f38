package dev.sluice.worker.order;

import java.util.HexFormat;

/**
 * An order key of one partition queue.
 *
 * @param partition the queue's name on the broker
 * @param text the key as its producer gave it, of any length
 * @param id both, as the database knows them
 */
public record OrderKey(String partition, String text, KeyId id) {

  private static final int LONGEST = 255;

  /** A key. */
  public static OrderKey of(String partition, String text) {
    return new OrderKey(partition, text, KeyId.of(partition, text));
  }

  /** The key for a person, 255 characters at most. */
  String clipped() {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
  }

  /** What stands for a task id in the tables: the id, or the SHA-256 of one that does not fit. */
  public static String storedId(String taskId) {
    return taskId.length() <= LONGEST
        ? taskId
        : "sha256:" + HexFormat.of().formatHex(KeyId.sha256(taskId));
  }
}
