package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RelayProgressTest {

  /** Its look was before what was appended last: that nothing was there then says nothing. */
  @Test
  void a_round_that_began_before_the_question_does_not_answer_it() throws Exception {
    RelayProgress progress = new RelayProgress();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      AtomicReference<Thread> asking = new AtomicReference<>();
      progress.began();
      Future<Boolean> answer =
          thread.submit(
              () -> {
                asking.set(Thread.currentThread());
                return progress.awaitDrained(Duration.ofMinutes(1));
              });
      await()
          .until(
              () -> asking.get() != null && asking.get().getState() == Thread.State.TIMED_WAITING);
      progress.drained();
      assertThatThrownBy(() -> answer.get(50, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);

      progress.began();
      progress.drained();
      assertThat(answer.get()).isTrue();
    } finally {
      thread.shutdownNow();
    }
  }
}
