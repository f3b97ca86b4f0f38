package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.spool.SpoolFormat.RecordHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Damaged files: five records of one segment, and what a reader makes of them. */
class DamageTest {
  private static final int RECORD = SpoolFormat.HEADER_BYTES + 100;
  private static final int THIRD = SpoolFormat.HEADER_BYTES + 2 * RECORD;

  @TempDir Path temp;
  private SegmentFile segment;

  @BeforeEach
  void five_records() throws IOException {
    try (Spool spool = Spool.open(Spools.options(temp))) {
      IntStream.range(0, 5).forEach(i -> spool.append(Spools.body(i, 100)));
    }
    segment = SegmentFile.list(temp).get(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4, 7, 8, 15, 16, 23, 24, 27, 28, 31, 32, 80, RECORD - 1})
  void a_flipped_bit_costs_one_record(int offset) throws IOException {
    Spools.flip(segment.path(), THIRD + offset);
    assertReadWithout(2);
    sealed();
    assertReadWithout(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 12, 20, 28, 31})
  void a_flipped_bit_in_the_segment_header_costs_none(int offset) throws IOException {
    Spools.flip(segment.path(), offset);
    assertReadWithout();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        Integer.MIN_VALUE,
        -1,
        0,
        99,
        101,
        1000,
        SpoolFormat.MAX_BODY_BYTES,
        Integer.MAX_VALUE
      })
  void a_wrong_length_with_a_right_checksum_costs_one_record(int length) throws IOException {
    byte[] header = new byte[SpoolFormat.HEADER_BYTES];
    SpoolFormat.putRecordHeader(
        header, segment.number(), new RecordHeader(length, segment.number() + 3, 0, 1));
    Spools.overwrite(segment.path(), THIRD, header);
    assertReadWithout(2);
  }

  @Test
  void bytes_missing_in_the_middle_cost_one_record() throws IOException {
    byte[] bytes = Files.readAllBytes(segment.path());
    ByteBuffer shorter = ByteBuffer.allocate(bytes.length - 10);
    shorter.put(bytes, 0, THIRD + 50).put(bytes, THIRD + 60, bytes.length - THIRD - 60);
    Files.write(segment.path(), shorter.array());
    sealed();
    assertReadWithout(2);
  }

  @Test
  void zeros_where_records_were_cost_these_records() throws IOException {
    Spools.overwrite(segment.path(), THIRD + 5, new byte[2 * RECORD - 5]);
    assertReadWithout(2, 3);
  }

  @Test
  void a_copy_of_a_record_inside_a_damaged_one_is_not_taken_for_a_record() throws IOException {
    byte[] record = new byte[SpoolFormat.HEADER_BYTES];
    SpoolFormat.putRecordHeader(
        record, segment.number() - 1, new RecordHeader(0, segment.number() + 3, 0, 0));
    byte[] sameSegment = new byte[SpoolFormat.HEADER_BYTES];
    SpoolFormat.putRecordHeader(
        sameSegment, segment.number(), new RecordHeader(0, segment.number() + 1, 0, 0));
    Spools.overwrite(segment.path(), THIRD + 32, record);
    Spools.overwrite(segment.path(), THIRD + 64, sameSegment);
    assertThat(Spools.read(temp)).isEqualTo(without(2));
  }

  @Test
  void a_body_full_of_magic_is_searched_through() throws IOException {
    ByteBuffer magic = ByteBuffer.allocate(4 << 20);
    while (magic.hasRemaining()) {
      magic.putInt(SpoolFormat.RECORD_MAGIC);
    }
    try (Spool spool = Spool.open(Spools.options(temp))) {
      spool.append(magic.array());
      spool.append(Spools.body(5, 100));
    }
    Spools.flip(SegmentFile.list(temp).get(1).path(), SpoolFormat.HEADER_BYTES + 9);
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 6, 100));
  }

  @Test
  void damage_is_counted_and_logged_once_however_often_it_is_read() throws IOException {
    Spools.flip(segment.path(), THIRD + 40);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(Damage.class);
    lines.start();
    logger.addAppender(lines);
    try (SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      for (int i = 0; i < 3; i++) {
        reader.seek(SpoolPosition.START);
        IntStream.range(0, 4).forEach(each -> Spools.next(reader));
      }
      assertThat(reader.damaged()).isEqualTo(1);
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(lines.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .contains(segment.path().toString(), "offset " + THIRD, RECORD + " bytes");
  }

  @Test
  void an_unknown_version_is_a_clear_error_for_writer_and_reader() throws IOException {
    byte[] header = SpoolFormat.segmentHeader(segment.number(), segment.number());
    ByteBuffer.wrap(header).putInt(8, 7).putInt(28, SpoolFormat.crc(header, 0, 0));
    ByteBuffer.wrap(header).putInt(28, SpoolFormat.crc(header, 0, 28));
    Spools.overwrite(segment.path(), 0, header);
    assertThatThrownBy(() -> Spools.read(temp))
        .isInstanceOf(SpoolException.class)
        .hasMessageContaining(segment.path() + " has the format version 7")
        .hasMessageContaining("let the version that wrote it drain it");
    assertThatThrownBy(() -> Spool.open(Spools.options(temp)))
        .isInstanceOf(SpoolException.class)
        .hasMessageContaining("format version 7");
    assertThatThrownBy(() -> Spool.open(Spools.options(temp)))
        .as("the lock was given up")
        .hasMessageContaining("format version 7");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31})
  void a_segment_cut_off_in_its_header_is_passed_over(int length) throws IOException {
    try (Spool spool = Spool.open(Spools.options(temp))) {
      spool.append(Spools.body(5, 100));
    }
    Spools.truncate(segment.path(), length);
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(5, 6, 100));
  }

  @Test
  void a_segment_that_disappears_is_passed_over() throws IOException {
    try (Spool spool = Spool.open(Spools.options(temp));
        SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      spool.append(Spools.body(5, 100));
      Files.delete(segment.path());
      assertThat(Spools.next(reader)).isEqualTo(Spools.name(Spools.body(5, 100)));
    }
  }

  @Test
  void a_segment_that_cannot_be_opened_is_an_error_and_not_passed_over() throws IOException {
    Files.createDirectory(SegmentFile.of(temp, segment.number() - 500).path());
    try (SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      assertThatThrownBy(reader::next).isInstanceOf(IOException.class);
      assertThatThrownBy(reader::next).isInstanceOf(IOException.class);
    }
  }

  @Test
  void files_of_others_are_left_alone() throws IOException {
    Files.writeString(temp.resolve("parked.log"), "x");
    Files.writeString(temp.resolve("1234567890123456789.txt"), "x");
    assertReadWithout();
    assertThat(SegmentFile.list(temp)).hasSize(1);
  }

  @Test
  void an_unfinished_record_is_waited_for_and_what_is_written_instead_of_it_is_read()
      throws IOException {
    byte[] bytes = Files.readAllBytes(segment.path());
    Spools.truncate(segment.path(), THIRD + 60);
    try (SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      Spools.next(reader);
      Spools.next(reader);
      assertThat(reader.next()).isNull();
      byte[] instead = new byte[SpoolFormat.HEADER_BYTES];
      RecordHeader header = new RecordHeader(0, segment.number() + 3, 0, 0);
      SpoolFormat.putRecordHeader(instead, segment.number(), header);
      Spools.truncate(segment.path(), THIRD);
      Spools.overwrite(segment.path(), THIRD, instead);
      assertThat(reader.next().body()).isEmpty();
      Spools.overwrite(segment.path(), THIRD, bytes[THIRD]);
      assertThat(reader.next()).isNull();
      assertThat(reader.damaged()).isZero();
    }
  }

  @Test
  void a_record_written_in_place_of_an_unfinished_one_that_was_seen_is_not_lost()
      throws IOException {
    byte[] bytes = Files.readAllBytes(segment.path());
    Spools.truncate(segment.path(), THIRD + 60);
    try (SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      Spools.next(reader);
      Spools.next(reader);
      byte[] instead = new byte[2 * SpoolFormat.HEADER_BYTES];
      SpoolFormat.putRecordHeader(
          instead, segment.number(), new RecordHeader(0, segment.number() + 4, 0, 0));
      System.arraycopy(instead, 0, instead, SpoolFormat.HEADER_BYTES, SpoolFormat.HEADER_BYTES);
      SpoolFormat.putRecordHeader(
          instead, segment.number(), new RecordHeader(0, segment.number() + 3, 0, 0));
      Spools.truncate(segment.path(), THIRD);
      Spools.overwrite(segment.path(), THIRD, instead);
      Spools.overwrite(segment.path(), THIRD + instead.length, Arrays.copyOf(bytes, RECORD));
      assertThat(reader.next().sequence()).isEqualTo(segment.number() + 3);
      assertThat(reader.next().sequence()).isEqualTo(segment.number() + 4);
      assertThat(reader.damaged()).isZero();
    }
  }

  private void sealed() throws IOException {
    SegmentFile next = SegmentFile.of(temp, segment.number() + 1000);
    Files.write(next.path(), SpoolFormat.segmentHeader(next.number(), next.number()));
  }

  private void assertReadWithout(int... lost) throws IOException {
    try (SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      List<String> read = new ArrayList<>();
      for (SpoolRecord each = reader.next(); each != null; each = reader.next()) {
        read.add(Spools.name(each.body()));
      }
      assertThat(read).isEqualTo(without(lost));
      if (lost.length > 0) {
        assertThat(reader.damaged()).isEqualTo(1);
      }
    }
  }

  private static List<String> without(int... lost) {
    List<String> names = new ArrayList<>(Spools.bodies(0, 5, 100));
    for (int i = lost.length - 1; i >= 0; i--) {
      names.remove(lost[i]);
    }
    return names;
  }
}
