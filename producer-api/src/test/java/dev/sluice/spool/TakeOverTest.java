package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a writer does with a folder whose last writer died while it wrote. */
class TakeOverTest {
  private static final int RECORD = SpoolFormat.HEADER_BYTES + 40;
  private static final int LAST = SpoolFormat.HEADER_BYTES + 2 * RECORD;

  @TempDir Path temp;
  private Path segment;

  @BeforeEach
  void three_records() throws IOException {
    try (Spool spool = Spool.open(Spools.options(temp))) {
      IntStream.range(0, 3).forEach(i -> spool.append(Spools.body(i, 40)));
    }
    segment = SegmentFile.list(temp).get(0).path();
  }

  static IntStream everyLengthOfATornRecord() {
    return IntStream.range(0, RECORD);
  }

  @ParameterizedTest
  @MethodSource("everyLengthOfATornRecord")
  void a_torn_tail_is_cut_off_and_is_no_damage(int length) throws IOException {
    Spools.truncate(segment, LAST + length);
    try (Spool spool = Spool.open(Spools.options(temp))) {
      assertThat(Files.size(segment)).isEqualTo(LAST);
      assertThat(spool.stats().damaged()).isZero();
      IntStream.range(2, 5).forEach(i -> spool.append(Spools.body(i, 40)));
    }
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 5, 40));
  }

  @ParameterizedTest
  @MethodSource("everyLengthOfATornRecord")
  void a_damaged_last_record_is_counted_and_nothing_else_is_lost(int offset) throws IOException {
    Spools.flip(segment, LAST + offset);
    try (Spool spool = Spool.open(Spools.options(temp))) {
      assertThat(spool.stats().damaged()).isEqualTo(1);
      spool.append(Spools.body(2, 40));
    }
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 3, 40));
  }

  @Test
  void damage_before_whole_records_is_not_cut_off() throws IOException {
    Spools.flip(segment, SpoolFormat.HEADER_BYTES + RECORD + 5);
    Spool.open(Spools.options(temp)).close();
    assertThat(Spools.read(temp))
        .containsExactly(Spools.name(Spools.body(0, 40)), Spools.name(Spools.body(2, 40)));
  }

  @Test
  void a_segment_torn_in_its_header_is_taken_over() throws IOException {
    Spools.truncate(segment, 7);
    try (Spool spool = Spool.open(Spools.options(temp))) {
      spool.append(Spools.body(3, 40));
    }
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(3, 4, 40));
  }

  @Test
  void a_reader_that_waits_at_the_torn_tail_goes_on_with_the_new_writer() throws IOException {
    Spools.truncate(segment, LAST + 35);
    try (SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      Spools.next(reader);
      Spools.next(reader);
      assertThat(reader.next()).isNull();
      try (Spool spool = Spool.open(Spools.options(temp))) {
        assertThat(reader.next()).isNull();
        spool.append(Spools.body(3, 40));
        assertThat(Spools.next(reader)).isEqualTo(Spools.name(Spools.body(3, 40)));
      }
      assertThat(reader.damaged()).isZero();
    }
  }

  @Test
  void a_sequence_is_never_given_out_twice_even_if_the_clock_went_back() throws IOException {
    SpoolRecord last = Spools.records(temp, SpoolPosition.START).get(2);
    Spools.flip(segment, LAST + 40);
    try (Spool spool = Spool.open(Spools.options(temp).clock(() -> Spools.NOW.minusSeconds(99)))) {
      spool.append(Spools.body(3, 40));
    }
    assertThat(Spools.read(temp, last.position())).isEqualTo(Spools.bodies(3, 4, 40));
  }
}
