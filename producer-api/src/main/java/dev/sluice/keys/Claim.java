package dev.sluice.keys;

import java.time.Duration;
import java.time.Instant;

/**
 * What a task brings along when it takes a key.
 *
 * @param taskId the task that asks
 * @param body the task's body; its SHA-256 is kept, to tell another payload under the same key
 * @param now when it asks
 * @param ttl how long it holds the key at most
 */
public record Claim(String taskId, byte[] body, Instant now, Duration ttl) {

  /** Until when it holds the key. */
  Instant expires() {
    return now.plus(ttl);
  }

  /** SHA-256 of the body. */
  byte[] fingerprint() {
    return KeyName.sha256(body);
  }
}
