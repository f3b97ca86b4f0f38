package dev.sluice.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Spools for tests: records that are told apart by number, and what is read back of them. */
final class Spools {
  static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

  private Spools() {}

  static SpoolOptions options(Path folder) {
    return SpoolOptions.of(folder).clock(() -> NOW);
  }

  /** A body of so many bytes that begins with its number. */
  static byte[] body(int number, int length) {
    byte[] body = new byte[length];
    new Random(number).nextBytes(body);
    ByteBuffer.wrap(body).putInt(number);
    return body;
  }

  /** What is compared of a body: number, length, checksum. */
  static String name(byte[] body) {
    int number = body.length < Integer.BYTES ? -1 : ByteBuffer.wrap(body).getInt();
    return number + "/" + body.length + "/" + Arrays.hashCode(body);
  }

  static List<String> bodies(int from, int to, int length) {
    return IntStream.range(from, to).mapToObj(i -> name(body(i, length))).toList();
  }

  static List<String> read(Path folder) throws IOException {
    return read(folder, SpoolPosition.START);
  }

  static List<String> read(Path folder, SpoolPosition from) throws IOException {
    return records(folder, from).stream().map(each -> name(each.body())).toList();
  }

  static List<SpoolRecord> records(Path folder, SpoolPosition from) throws IOException {
    List<SpoolRecord> all = new ArrayList<>();
    try (SpoolReader reader = new SpoolReader(folder, from, new Damage())) {
      for (SpoolRecord found = reader.next(); found != null; found = reader.next()) {
        all.add(found);
      }
    }
    return all;
  }

  /** The name of the next record. */
  static String next(SpoolReader reader) {
    try {
      SpoolRecord record = reader.next();
      return record == null ? "none" : name(record.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void truncate(Path file, long length) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(length);
    }
  }

  /** Writes bytes over those at an offset. */
  static void overwrite(Path file, long offset, byte... bytes) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(offset);
      access.write(bytes);
    }
  }

  /** Flips one bit. */
  static void flip(Path file, long offset) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(offset);
      int old = access.read();
      access.seek(offset);
      access.write(old ^ 0x10);
    }
  }
}
