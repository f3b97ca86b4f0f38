package dev.sluice.timelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostIdsTest {

  @Test
  void the_order_of_ids_as_text_is_the_order_of_time_and_sequence() {
    long first = PostIds.of(Instant.parse("2001-01-01T00:00:00Z"), 0);
    long second = PostIds.of(Instant.parse("2026-11-21T12:00:00.001Z"), 9);
    long third = PostIds.of(Instant.parse("2026-11-21T12:00:00.001Z"), 10);
    long last = PostIds.of(Instant.parse("2247-12-31T23:59:59.999Z"), (1 << 20) - 1);

    assertThat(List.of(first, second, third, last))
        .isSorted()
        .extracting(id -> Long.toString(id))
        .isSorted()
        .allMatch(id -> id.length() == 19);
  }

  @Test
  void times_and_sequences_that_do_not_fit_are_refused() {
    Instant now = Instant.parse("2026-11-21T12:00:00Z");
    assertThatIllegalArgumentException().isThrownBy(() -> PostIds.of(Instant.EPOCH, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> PostIds.of(now, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> PostIds.of(now, 1 << 20));
  }
}
