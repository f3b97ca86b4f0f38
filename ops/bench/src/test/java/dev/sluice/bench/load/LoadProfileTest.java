package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadProfileTest {
  private static final double MILLI = 1e6;

  @Test
  void a_ramp_from_nothing_makes_half_as_many_calls_as_its_last_rate_would() throws Exception {
    LoadProfile profile = ramp(1000, Duration.ofMillis(200));

    List<Long> due = run(profile);

    assertThat(profile.calls()).isEqualTo(100);
    assertThat(due).hasSize(100).isSorted();
    // A quarter of the calls in half of the time.
    assertThat(due.get(25) / MILLI).isCloseTo(100, within(1.0));
  }

  @Test
  void segments_follow_each_other_without_a_gap() throws Exception {
    LoadProfile profile =
        LoadProfile.steady(100, Duration.ofMillis(100)).then(1000, Duration.ofMillis(100));

    List<Long> due = run(profile);

    assertThat(due).hasSize(110);
    assertThat(due.get(9) / MILLI).isCloseTo(90, within(0.1));
    assertThat(due.get(10) / MILLI).isCloseTo(100, within(0.1));
    assertThat(due.get(11) / MILLI).isCloseTo(101, within(0.1));
    assertThat(profile.duration()).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void it_ends_when_it_is_told_to() throws Exception {
    List<Integer> made = new ArrayList<>();

    int calls =
        LoadProfile.steady(1_000_000, Duration.ofSeconds(60))
            .run(System.nanoTime(), () -> made.size() < 5, (number, due) -> made.add(number));

    assertThat(calls).isEqualTo(5);
    assertThat(made).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void a_ramp_of_no_time_has_no_calls() {
    assertThat(ramp(1000, Duration.ZERO).calls()).isZero();
    assertThat(ramp(1000, Duration.ZERO).then(10, Duration.ofSeconds(1)).calls()).isEqualTo(10);
  }

  @Test
  void rates_and_times_below_0_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadProfile.steady(-1, Duration.ofSeconds(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadProfile.steady(1, Duration.ofSeconds(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> new LoadProfile(List.of()));
  }

  private static LoadProfile ramp(double to, Duration length) {
    return new LoadProfile(List.of(new LoadProfile.Segment(0, to, length)));
  }

  /** When each call was due, since the start. */
  private static List<Long> run(LoadProfile profile) throws Exception {
    List<Long> all = new ArrayList<>();
    long start = System.nanoTime();
    profile.run(start, () -> true, (number, due) -> all.add(due - start));
    return all;
  }
}
