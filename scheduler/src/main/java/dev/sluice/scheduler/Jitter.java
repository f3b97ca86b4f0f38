package dev.sluice.scheduler;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;

/** How much later than it is due a firing's task starts. */
final class Jitter {
  private Jitter() {}

  /** From zero to the job's jitter; the same whenever and by whomever it is asked for. */
  static Duration of(JobSpec job, Instant due) {
    long longest = job.jitter().toMillis();
    if (longest == 0) {
      return Duration.ZERO;
    }
    byte[] hash = sha256().digest((job.name() + "@" + due).getBytes(StandardCharsets.UTF_8));
    return Duration.ofMillis(Math.floorMod(ByteBuffer.wrap(hash).getLong(), longest + 1));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }
}
