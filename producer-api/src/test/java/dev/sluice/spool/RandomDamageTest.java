package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random records, random damage at any byte: every undamaged record is read back, in order, and no
 * other. The name of a failed run has the seed to repeat it with.
 */
class RandomDamageTest {
  @TempDir Path temp;
  private Random random;

  private record Written(String name, SegmentFile segment, long start, long end) {}

  static LongStream seeds() {
    return LongStream.concat(LongStream.range(0, 300), new Random().longs(100));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void what_is_undamaged_is_read_in_order_and_nothing_else(long seed) throws IOException {
    random = new Random(seed);
    write();
    List<Written> left = written();
    for (int damages = 1 + random.nextInt(4); damages > 0; damages--) {
      damage(left);
    }
    if (random.nextBoolean()) {
      Spool.open(options()).close();
    }
    assertThat(Spools.read(temp)).isEqualTo(left.stream().map(Written::name).toList());
  }

  private SpoolOptions options() {
    return Spools.options(temp).limits(64 << 20, 1024 + random.nextInt(8192));
  }

  private void write() {
    int number = 0;
    for (int writers = 1 + random.nextInt(3); writers > 0; writers--) {
      try (Spool spool = Spool.open(options())) {
        for (int records = random.nextInt(40); records > 0; records--) {
          spool.append(body(number++));
        }
      }
    }
  }

  /** Some bodies look like records. */
  private byte[] body(int number) {
    byte[] body = Spools.body(number, 4 + random.nextInt(random.nextInt(10) == 0 ? 300_000 : 600));
    if (random.nextInt(3) == 0) {
      for (int at = 4; at + 4 <= body.length; at += 4 + random.nextInt(100)) {
        ByteBuffer.wrap(body).putInt(at, SpoolFormat.RECORD_MAGIC);
      }
    }
    return body;
  }

  private List<Written> written() throws IOException {
    List<Written> all = new ArrayList<>();
    for (SpoolRecord each : Spools.records(temp, SpoolPosition.START)) {
      SegmentFile segment = SegmentFile.of(temp, each.position().segment());
      long end = each.position().offset();
      all.add(
          new Written(
              Spools.name(each.body()),
              segment,
              end - each.body().length - SpoolFormat.HEADER_BYTES,
              end));
    }
    return all;
  }

  private void damage(List<Written> left) throws IOException {
    List<SegmentFile> segments = SegmentFile.list(temp);
    if (segments.isEmpty()) {
      return;
    }
    SegmentFile segment = segments.get(random.nextInt(segments.size()));
    byte[] bytes = Files.readAllBytes(segment.path());
    if (bytes.length == 0) {
      return;
    }
    int from = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(random.nextBoolean() ? 4 : 2000));
    if (random.nextInt(4) == 0) {
      to = bytes.length;
      bytes = Arrays.copyOf(bytes, from);
    } else {
      change(bytes, from, to);
    }
    Files.write(segment.path(), bytes);
    int end = to;
    left.removeIf(each -> each.segment.equals(segment) && each.start < end && each.end > from);
  }

  /** Noise or zeros; every byte is another one afterwards. */
  private void change(byte[] bytes, int from, int to) {
    byte[] noise = new byte[to - from];
    if (random.nextBoolean()) {
      random.nextBytes(noise);
    }
    for (int i = from; i < to; i++) {
      bytes[i] = bytes[i] == noise[i - from] ? (byte) ~bytes[i] : noise[i - from];
    }
  }
}
