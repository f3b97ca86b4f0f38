package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StopSignalTest {
  private final AtomicInteger ended = new AtomicInteger();
  private final StopSignal stop = new StopSignal(ended::incrementAndGet);

  @Test
  void the_first_signal_asks_to_end_and_the_second_ends_at_once() throws Exception {
    stop.request("SIGTERM");
    assertThat(stop.await(Duration.ZERO)).isTrue();
    assertThat(ended).hasValue(0);

    stop.request("SIGTERM");
    assertThat(ended).hasValue(1);
  }

  @Test
  void an_end_by_itself_is_no_signal() throws Exception {
    stop.end();
    assertThat(stop.await(Duration.ZERO)).isTrue();

    stop.request("SIGTERM");
    assertThat(ended).hasValue(0);
  }
}
