package dev.sluice.producer;

import dev.sluice.keys.KeyName;
import java.time.Duration;
import java.time.Instant;

/**
 * One task for a key in a window of time, however often it is enqueued: the task's id is made of
 * its name, the key and the window, so that the inbox refuses a second effect, also after the first
 * one succeeded. Windows follow each other from 1970-01-01 UTC on: two calls on either side of a
 * boundary are two tasks.
 *
 * @param key what must happen once; 1 to 500 characters
 * @param window 1 ms or longer; window and delay together stay below the 30 days that the inbox
 *     remembers
 */
public record Once(String key, Duration window) {
  public Once {
    KeyName.check(key);
    if (window.toMillis() < 1) {
      throw new IllegalArgumentException("window must be 1 ms or longer, is " + window);
    }
  }

  /** Start of the window that {@code now} is in. */
  Instant windowStart(Instant now) {
    long millis = window.toMillis();
    return Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli(), millis) * millis);
  }
}
