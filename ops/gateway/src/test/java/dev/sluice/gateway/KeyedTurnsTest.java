package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class KeyedTurnsTest {
  private final KeyedTurns turns = new KeyedTurns(1);

  @Test
  void who_finds_all_turns_taken_is_told_to_come_back() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(
            () ->
                turns.take(
                    () -> {
                      entered.countDown();
                      awaitQuietly(leave);
                      return "first";
                    }));
    entered.await();

    Refusal refusal = catchThrowableOfType(Refusal.class, () -> turns.take(() -> "second"));

    assertThat(refusal.problem().status()).isEqualTo(503);
    assertThat(refusal.problem().retryAfter()).isPositive();
    leave.countDown();
    assertThat(first.join()).isEqualTo("first");
    assertThat(turns.take(() -> "third")).isEqualTo("third");
  }

  @Test
  void a_turn_that_fails_is_given_back() {
    for (int i = 0; i < 3; i++) {
      assertThat(
              catchThrowableOfType(
                  IllegalStateException.class,
                  () ->
                      turns.take(
                          () -> {
                            throw new IllegalStateException("failed");
                          })))
          .hasMessage("failed");
    }
    assertThat(turns.take(() -> "again")).isEqualTo("again");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
