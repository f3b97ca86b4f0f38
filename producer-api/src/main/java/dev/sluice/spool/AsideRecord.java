package dev.sluice.spool;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.relay.Stored;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * A record that the broker would not take, in a file of its own, so that it holds up no other.
 *
 * <p>The file: version 1 (one byte), failures and strikes (four bytes each), the times of the first
 * failure and of the next try (milliseconds, eight bytes each), the reason (Java's modified UTF-8),
 * the record's body.
 *
 * @param sequence of the record
 * @param failures how often the broker would not take it
 * @param strikes how often the channel broke while it was alone on it
 * @param failingSince when it failed first
 * @param notBefore the next try
 * @param reason why it failed last, for a person
 * @param body not to be changed
 */
record AsideRecord(
    long sequence,
    int failures,
    int strikes,
    Instant failingSince,
    Instant notBefore,
    String reason,
    byte[] body)
    implements Stored {
  static final Duration PATIENCE = Duration.ofHours(1);
  static final int MAX_STRIKES = 5;

  private static final int VERSION = 1;
  private static final int MAX_REASON = 1000;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** A record before its first failure is counted. */
  static AsideRecord of(SpoolRecord record, Instant now) {
    return new AsideRecord(record.sequence(), 0, 0, now, now, "", record.body());
  }

  /** The same after one failure more: it waits longer each time, from a second to five minutes. */
  AsideRecord failed(String why, boolean struck, Instant now) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 20));
    Duration bounded = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    return new AsideRecord(
        sequence,
        failures + 1,
        strikes + (struck ? 1 : 0),
        failingSince,
        now.plus(bounded),
        why.substring(0, Math.min(why.length(), MAX_REASON)),
        body);
  }

  /** The same, as if it had never failed. */
  AsideRecord released(Instant now) {
    return new AsideRecord(sequence, 0, 0, now, now, reason, body);
  }

  /** Whether it has failed so long, or so harmfully, that it is not tried again by itself. */
  boolean hopeless(Instant now) {
    return strikes >= MAX_STRIKES || !now.isBefore(failingSince.plus(PATIENCE));
  }

  @Override
  public String queue() {
    return RecordBody.queue(body);
  }

  @Override
  public RoutedMessage read() {
    return RecordBody.read(body);
  }

  byte[] bytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128 + body.length);
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(VERSION);
    out.writeInt(failures);
    out.writeInt(strikes);
    out.writeLong(failingSince.toEpochMilli());
    out.writeLong(notBefore.toEpochMilli());
    out.writeUTF(reason);
    out.write(body);
    return bytes.toByteArray();
  }

  static AsideRecord read(long sequence, byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException(
          "version " + version + " is unknown, this is " + VERSION + ": use a newer release");
    }
    return new AsideRecord(
        sequence,
        in.readInt(),
        in.readInt(),
        Instant.ofEpochMilli(in.readLong()),
        Instant.ofEpochMilli(in.readLong()),
        in.readUTF(),
        in.readAllBytes());
  }
}
