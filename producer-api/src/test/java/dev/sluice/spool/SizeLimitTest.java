package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.spool.SpoolOptions.WhenFull;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A spool at its size limit, while a relay deletes or does not. */
class SizeLimitTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir Path temp;

  @Test
  void without_a_relay_the_limit_is_used_up_and_then_refused_at_once() throws IOException {
    try (Spool spool = Spool.open(options().whenFull(WhenFull.REJECT).blockFor(LONG))) {
      int stored = fill(spool);
      assertThat(spool.stats().bytes()).isBetween(15_000L, 16_384L);
      assertThat(spool.stats().refused()).isEqualTo(1);
      assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, stored, 500));
    }
  }

  @Test
  void a_full_spool_names_its_size_and_the_next_step() {
    try (Spool spool = Spool.open(options().whenFull(WhenFull.REJECT))) {
      fill(spool);
      assertThatThrownBy(() -> spool.append(Spools.body(0, 500)))
          .isInstanceOf(SpoolException.Full.class)
          .hasMessageContaining(temp.toString())
          .hasMessageContaining("of 16384 bytes")
          .hasMessageContaining("ops/sluice relay")
          .hasMessageContaining("maxBytes");
    }
  }

  @Test
  void a_blocked_append_gives_up_after_its_time() {
    try (Spool spool = Spool.open(options().blockFor(Duration.ofMillis(50)))) {
      fill(spool);
      long start = System.nanoTime();
      assertThatThrownBy(() -> spool.append(Spools.body(0, 500)))
          .isInstanceOf(SpoolException.Full.class);
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000L);
    }
  }

  @Test
  void a_blocked_append_goes_on_when_segments_were_deleted() throws IOException {
    try (Spool spool = Spool.open(options().whenFull(WhenFull.REJECT))) {
      fill(spool);
    }
    try (Spool spool = Spool.open(options().blockFor(LONG))) {
      CompletableFuture<Void> blocked =
          CompletableFuture.runAsync(() -> spool.append(Spools.body(0, 500)));
      await().until(() -> spool.stats().appended() == 0 && !blocked.isDone());
      long second = SegmentFile.list(temp).get(1).number();
      assertThat(SegmentFile.deleteUpTo(temp, new SpoolPosition(0, second, 0))).isEqualTo(1);
      await().atMost(Duration.ofSeconds(10)).until(blocked::isDone);
      blocked.join();
    }
  }

  @Test
  void a_newest_segment_that_alone_fills_the_spool_is_let_go() throws IOException {
    SpoolOptions options = Spools.options(temp).limits(4096, 2048).blockFor(LONG);
    try (Spool spool = Spool.open(options);
        SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      for (int i = 0; i < 5; i++) {
        byte[] body = Spools.body(i, 3000);
        CompletableFuture<Void> appended = CompletableFuture.runAsync(() -> spool.append(body));
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> reader.deleteUpTo(reader.position()) >= 0 && appended.isDone());
        appended.join();
        assertThat(Spools.next(reader)).isEqualTo(Spools.name(body));
      }
    }
  }

  @Test
  void an_interrupt_ends_the_wait_and_is_kept() {
    try (Spool spool = Spool.open(options().blockFor(LONG))) {
      fillWithoutWaiting(spool);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> spool.append(Spools.body(0, 500)))
          .isInstanceOf(SpoolException.Full.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void closing_ends_the_wait() {
    Spool spool = Spool.open(options().blockFor(LONG));
    fillWithoutWaiting(spool);
    CompletableFuture<Void> blocked =
        CompletableFuture.runAsync(() -> spool.append(Spools.body(0, 500)));
    spool.close();
    assertThatThrownBy(blocked::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(SpoolException.Failed.class);
  }

  private SpoolOptions options() {
    return Spools.options(temp).limits(16_384, 4096);
  }

  /** Appends until it is refused. */
  private static int fill(Spool spool) {
    for (int i = 0; ; i++) {
      try {
        spool.append(Spools.body(i, 500));
      } catch (SpoolException.Full e) {
        return i;
      }
    }
  }

  private static void fillWithoutWaiting(Spool spool) {
    while (spool.stats().bytes() + 600 <= spool.stats().maxBytes()) {
      spool.append(Spools.body(0, 500));
    }
  }
}
