package dev.sluice.timelines;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;

/**
 * The text that stands for an entry between two pages: version, time and id in URL-safe base 64.
 */
final class Cursor {
  private static final byte VERSION = 1;
  private static final int BYTES = 1 + 2 * Long.BYTES;
  private static final int CHARACTERS = (BYTES * 8 + 5) / 6;

  private Cursor() {}

  static String encode(Entry entry) {
    byte[] bytes =
        ByteBuffer.allocate(BYTES)
            .put(VERSION)
            .putLong(entry.createdAt().toEpochMilli())
            .putLong(entry.post())
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * The entry.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  static Entry decode(String cursor) {
    if (cursor.length() != CHARACTERS) {
      throw new IllegalArgumentException(
          "a cursor has "
              + CHARACTERS
              + " characters, this one has "
              + cursor.length()
              + "; send `next` of a page as it was received");
    }
    ByteBuffer bytes;
    try {
      bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the cursor has characters that none has; send `next` of a page as it was received", e);
    }
    byte version = bytes.get();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "the cursor is of version " + version + ", known is " + VERSION + "; begin anew");
    }
    long millis = bytes.getLong();
    return new Entry(bytes.getLong(), Instant.ofEpochMilli(millis));
  }
}
