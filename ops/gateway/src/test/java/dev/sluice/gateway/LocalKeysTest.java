package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.keys.Claim;
import dev.sluice.keys.Holding;
import dev.sluice.keys.KeyName;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LocalKeysTest {
  private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
  private static final KeyName KEY = KeyName.once("a");

  private final LocalKeys keys = new LocalKeys();

  @Test
  void a_key_that_nobody_holds_is_taken_and_told_to_the_next() {
    assertThat(keys.take(KEY, claim("one", NOW)).taken()).isTrue();

    Holding second = keys.take(KEY, claim("two", NOW.plusSeconds(1)));

    assertThat(second.taken()).isFalse();
    assertThat(second.taskId()).isEqualTo("one");
    assertThat(second.confirmed()).isFalse();
    assertThat(second.since()).isEqualTo(NOW);
    assertThat(second.samePayload(claim("two", NOW))).isTrue();
    assertThat(second.samePayload(new Claim("two", new byte[] {9}, NOW, Duration.ofHours(1))))
        .isFalse();
  }

  @Test
  void a_holder_that_is_confirmed_stays_until_its_time_is_over() {
    keys.take(KEY, claim("one", NOW));
    keys.confirm(KEY, "two");
    assertThat(keys.take(KEY, claim("x", NOW)).confirmed()).isFalse();

    keys.confirm(KEY, "one");
    keys.giveUp(KEY, "one");

    assertThat(keys.take(KEY, claim("x", NOW)).confirmed()).isTrue();
    assertThat(keys.take(KEY, claim("x", NOW.plus(Duration.ofHours(1)))).taken()).isTrue();
  }

  @Test
  void a_holder_that_gives_up_or_releases_leaves_the_key_free_but_no_other_does() {
    keys.take(KEY, claim("one", NOW));
    keys.giveUp(KEY, "two");
    keys.release(KEY, "two");
    assertThat(keys.take(KEY, claim("x", NOW)).taskId()).isEqualTo("one");

    keys.giveUp(KEY, "one");
    assertThat(keys.take(KEY, claim("three", NOW)).taken()).isTrue();

    keys.confirm(KEY, "three");
    keys.release(KEY, "three");
    assertThat(keys.take(KEY, claim("four", NOW)).taken()).isTrue();
  }

  @Test
  void the_eldest_is_forgotten_when_there_are_too_many() {
    keys.take(KEY, claim("one", NOW));
    for (int i = 1; i < LocalKeys.MOST; i++) {
      keys.take(KeyName.once("k" + i), claim("t" + i, NOW));
    }
    assertThat(keys.take(KEY, claim("x", NOW)).taken()).isFalse();

    keys.take(KeyName.once("more"), claim("more", NOW));

    assertThat(keys.take(KEY, claim("x", NOW)).taken()).isTrue();
  }

  private static Claim claim(String taskId, Instant now) {
    return new Claim(taskId, new byte[] {1}, now, Duration.ofHours(1));
  }
}
