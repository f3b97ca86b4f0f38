package dev.sluice.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The name of a key in a store.
 *
 * @param text {@code once:TASK-ID} or {@code exclusive:TASK-NAME:KEY}
 */
public record KeyName(String text) {
  private static final int MAX_CHARS = 500;

  /** The key of a task that is enqueued once in its window, which its id stands for. */
  public static KeyName once(String taskId) {
    return new KeyName("once:" + taskId);
  }

  /** The key under which one task of a name at a time is wanted. */
  public static KeyName exclusive(String taskName, String key) {
    // The length keeps "a" + "b:c" and "a:b" + "c" apart.
    return new KeyName("exclusive:" + taskName.length() + ":" + taskName + ":" + key);
  }

  /**
   * Checks a key that an application chose.
   *
   * @throws IllegalArgumentException when it is blank or has more than 500 characters
   */
  public static void check(String key) {
    if (key.isBlank() || key.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "a key must have 1 to "
              + MAX_CHARS
              + " characters and not be blank, has "
              + key.length());
    }
  }

  /** SHA-256 of the name: fits a column, and no collation takes two names for one. */
  byte[] hash() {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
