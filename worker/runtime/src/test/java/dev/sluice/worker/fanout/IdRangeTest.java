package dev.sluice.worker.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdRangeTest {

  @Test
  void lanes_are_equally_wide_and_open_at_both_ends() {
    assertThat(IdRange.lanes(new long[] {100, 500}, 4))
        .containsExactly(
            new IdRange(Long.MIN_VALUE, 200),
            new IdRange(200, 300),
            new IdRange(300, 400),
            new IdRange(400, Long.MAX_VALUE));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 8",
    "5, 9, 8",
    "-9223372036854775808, 9223372036854775807, 7",
    "-3, 1000000007, 256",
    "1, 2, 1"
  })
  void every_id_lies_in_exactly_one_lane(long least, long greatest, int lanes) {
    List<IdRange> ranges = IdRange.lanes(new long[] {least, greatest}, lanes);

    assertThat(ranges).hasSizeBetween(1, lanes);
    assertThat(ranges.get(0).after()).isEqualTo(Long.MIN_VALUE);
    assertThat(ranges.get(ranges.size() - 1).upTo()).isEqualTo(Long.MAX_VALUE);
    for (int i = 1; i < ranges.size(); i++) {
      assertThat(ranges.get(i).after()).isEqualTo(ranges.get(i - 1).upTo());
      assertThat(ranges.get(i).upTo()).isGreaterThan(ranges.get(i).after());
    }
  }

  @Test
  void without_ends_one_lane_has_everything() {
    assertThat(IdRange.lanes(null, 4)).containsExactly(new IdRange(Long.MIN_VALUE, Long.MAX_VALUE));
  }

  @Test
  void what_is_written_can_be_read() {
    IdRange range = new IdRange(Long.MIN_VALUE, -7);
    assertThat(IdRange.of(range.toString())).isEqualTo(range);
    Cursor cursor = range.start(1);
    assertThat(Cursor.of(cursor.toString())).isEqualTo(new Cursor(1, Long.MIN_VALUE));
  }
}
