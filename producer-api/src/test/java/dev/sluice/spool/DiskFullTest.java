package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk without room, at any byte of a record. */
class DiskFullTest {
  private static final int RECORD = SpoolFormat.HEADER_BYTES + 100;

  @TempDir Path temp;
  private final FaultyDisk disk = new FaultyDisk();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 32, 33, RECORD - 1})
  void an_append_without_room_fails_and_leaves_nothing(int written) throws IOException {
    try (Spool spool = Spool.open(Spools.options(temp), disk);
        SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      spool.append(Spools.body(0, 100));
      disk.room(written);
      assertThatThrownBy(() -> spool.append(Spools.body(1, 100)))
          .isInstanceOf(SpoolException.Failed.class)
          .hasMessageContaining(temp.toString())
          .hasMessageContaining("No space left on device")
          .hasMessageContaining("bytes free")
          .hasMessageContaining("make room on its disk");
      assertThat(reader.next()).isNotNull();
      assertThat(reader.next()).isNull();
      disk.room(Long.MAX_VALUE);
      spool.append(Spools.body(2, 100));
      assertThat(reader.next().body()).isEqualTo(Spools.body(2, 100));
      assertThat(reader.damaged()).isZero();
    }
    assertThat(Spools.read(temp))
        .containsExactly(Spools.name(Spools.body(0, 100)), Spools.name(Spools.body(2, 100)));
  }

  @Test
  void a_part_that_cannot_be_cut_off_is_passed_over() throws IOException {
    try (Spool spool = Spool.open(Spools.options(temp), disk);
        SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      spool.append(Spools.body(0, 100));
      disk.room(50);
      disk.failCuts(true);
      assertThatThrownBy(() -> spool.append(Spools.body(1, 100)))
          .isInstanceOf(SpoolException.Failed.class);
      disk.room(Long.MAX_VALUE);
      spool.append(Spools.body(2, 100));
      assertThat(reader.next().body()).isEqualTo(Spools.body(0, 100));
      assertThat(reader.next().body()).isEqualTo(Spools.body(2, 100));
      assertThat(reader.damaged()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 32, 40})
  void a_segment_that_cannot_be_begun_is_begun_later(int written) throws IOException {
    disk.room(written);
    try (Spool spool = Spool.open(Spools.options(temp), disk);
        SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> spool.append(Spools.body(0, 100)))
            .isInstanceOf(SpoolException.Failed.class);
        assertThat(reader.next()).isNull();
      }
      disk.room(Long.MAX_VALUE);
      spool.append(Spools.body(1, 100));
      assertThat(reader.next().body()).isEqualTo(Spools.body(1, 100));
      assertThat(spool.stats().refused()).isEqualTo(3);
    }
  }

  @Test
  void a_message_that_no_spool_can_hold_is_refused() {
    try (Spool spool = Spool.open(Spools.options(temp).limits(2048, 1024), disk)) {
      assertThatThrownBy(() -> spool.append(new byte[2048]))
          .isInstanceOf(SpoolException.Failed.class)
          .hasMessageContaining("2048 bytes is too large");
    }
  }
}
