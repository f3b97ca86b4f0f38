package dev.sluice.keys;

import java.time.Instant;
import java.util.Arrays;

/**
 * Who holds a key.
 *
 * @param taskId the task that holds it
 * @param taken whether the call that this answers took it
 * @param confirmed whether the task is known to be stored; until then its enqueue may still fail,
 *     or have crashed
 * @param since when it was taken, by its holder's clock
 * @param fingerprint SHA-256 of the holder's body
 */
public record Holding(
    String taskId, boolean taken, boolean confirmed, Instant since, byte[] fingerprint) {

  /** Whether {@code claim} comes with the holder's payload. */
  public boolean samePayload(Claim claim) {
    return Arrays.equals(fingerprint, claim.fingerprint());
  }
}
