package dev.sluice.bench.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private static final long TENTH = 100_000_000;

  @Test
  void a_steady_counter_adds_the_same_in_every_window() {
    Series series = new Series(0);
    for (int look = 0; look <= 30; look++) {
      series.look(look * TENTH, look * 50);
    }

    List<Series.Point> windows = series.perSecond();

    assertThat(windows).hasSize(21);
    assertThat(windows).allSatisfy(w -> assertThat(w.value()).isCloseTo(500, within(1e-6)));
    assertThat(windows.get(0).seconds()).isEqualTo(1);
  }

  @Test
  void a_burst_across_two_whole_seconds_is_seen_in_one_window() {
    Series series = new Series(0);
    for (int look = 0; look <= 40; look++) {
      // 1,000 between 1.5 s and 2.4 s, nothing before and after.
      series.look(look * TENTH, look < 15 ? 0 : Math.min(1000, (look - 14) * 100));
    }

    assertThat(Series.percentile(series.perSecond(), 100)).isCloseTo(1000, within(1e-6));
  }

  @Test
  void what_was_added_after_a_stall_counts_as_of_the_last_second() {
    Series series = new Series(0);
    for (int look = 0; look <= 20; look++) {
      series.look(look * TENTH, look * 10);
    }
    // Two seconds without an answer, then 900 at once.
    series.look(41 * TENTH, 1100);

    List<Series.Point> windows = series.perSecond();

    assertThat(windows.get(windows.size() - 1).value()).isCloseTo(900, within(1e-6));
    assertThat(windows.get(windows.size() - 2).value()).isZero();
  }

  @Test
  void percentiles_are_of_the_points_and_of_none_are_0() {
    List<Series.Point> points =
        IntStream.rangeClosed(1, 100).mapToObj(i -> new Series.Point(i, i)).toList();

    assertThat(Series.percentile(points, 99)).isEqualTo(99);
    assertThat(Series.percentile(points, 100)).isEqualTo(100);
    assertThat(Series.percentile(List.of(), 99)).isZero();
  }
}
