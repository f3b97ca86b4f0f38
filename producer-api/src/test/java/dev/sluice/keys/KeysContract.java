package dev.sluice.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store of keys does. */
abstract class KeysContract {
  private static final Duration HOUR = Duration.ofHours(1);

  private final KeyName key = KeyName.exclusive("orders.ship", UUID.randomUUID().toString());

  abstract KeyStore store();

  @Test
  void a_key_that_nobody_holds_is_taken_and_is_not_confirmed() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Holding holding = store().take(key, new Claim("a", bytes("body"), now, HOUR));

    assertThat(holding.taken()).isTrue();
    assertThat(holding.taskId()).isEqualTo("a");
    assertThat(holding.confirmed()).isFalse();
    assertThat(holding.since()).isEqualTo(now);
  }

  @Test
  void a_newcomer_learns_who_holds_it_since_when_and_whether_it_is_stored() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    store().take(key, new Claim("a", bytes("body"), now, HOUR));
    Holding pending = store().take(key, claim("b", HOUR));
    store().confirm(key, "a");
    Holding confirmed = store().take(key, claim("b", HOUR));

    assertThat(pending.taken()).isFalse();
    assertThat(pending.taskId()).isEqualTo("a");
    assertThat(pending.since()).isEqualTo(now);
    assertThat(pending.confirmed()).isFalse();
    assertThat(confirmed.taken()).isFalse();
    assertThat(confirmed.taskId()).isEqualTo("a");
    assertThat(confirmed.confirmed()).isTrue();
  }

  @Test
  void the_same_task_takes_it_no_second_time() {
    store().take(key, claim("a", HOUR));
    assertThat(store().take(key, claim("a", HOUR)).taken()).isFalse();
  }

  @Test
  void another_payload_is_told_from_the_holders() {
    store().take(key, new Claim("a", bytes("one"), Instant.now(), HOUR));
    Claim same = new Claim("a", bytes("one"), Instant.now(), HOUR);
    Claim other = new Claim("a", bytes("two"), Instant.now(), HOUR);

    assertThat(store().take(key, same).samePayload(same)).isTrue();
    assertThat(store().take(key, other).samePayload(other)).isFalse();
  }

  @Test
  void the_holder_alone_releases_it() {
    store().take(key, claim("a", HOUR));
    store().release(key, "b");
    assertThat(store().take(key, claim("b", HOUR)).taskId()).isEqualTo("a");
    store().release(key, "a");
    assertThat(store().take(key, claim("b", HOUR)).taken()).isTrue();
  }

  @Test
  void an_enqueue_that_failed_gives_it_up_unless_it_is_confirmed_or_another_s() {
    store().take(key, claim("a", HOUR));
    store().giveUp(key, "b");
    assertThat(store().take(key, claim("b", HOUR)).taskId()).isEqualTo("a");
    store().giveUp(key, "a");
    assertThat(store().take(key, claim("b", HOUR)).taken()).isTrue();
    store().confirm(key, "b");
    store().giveUp(key, "b");
    assertThat(store().take(key, claim("c", HOUR)).taskId()).isEqualTo("b");
  }

  @Test
  void a_confirm_that_comes_late_brings_nothing_back() {
    store().take(key, claim("a", HOUR));
    store().release(key, "a");
    store().confirm(key, "a");
    assertThat(store().take(key, claim("b", HOUR)).taken()).isTrue();
    store().confirm(key, "a");
    assertThat(store().take(key, claim("c", HOUR)).confirmed()).isFalse();
  }

  @Test
  void it_is_free_again_when_its_time_to_live_is_over() {
    store().take(key, claim("a", Duration.ofMillis(300)));
    store().confirm(key, "a");
    await().until(() -> store().take(key, claim("b", HOUR)).taken());

    Holding holding = store().take(key, claim("c", HOUR));
    assertThat(holding.taskId()).isEqualTo("b");
    assertThat(holding.confirmed()).isFalse();
    store().release(key, "a");
    assertThat(store().take(key, claim("c", HOUR)).taskId()).isEqualTo("b");
  }

  @Test
  void keys_of_other_tasks_and_other_texts_are_other_keys() {
    KeyName name = KeyName.exclusive("a", "b:c");
    KeyName shifted = KeyName.exclusive("a:b", "c");
    KeyName upper = KeyName.exclusive("a", "B:C");
    for (KeyName each : List.of(name, shifted, upper)) {
      assertThat(store().take(each, claim("a", HOUR)).taken()).as(each.text()).isTrue();
      store().release(each, "a");
    }
    assertThat(name).isNotEqualTo(shifted);
  }

  @Test
  void of_a_hundred_at_once_one_takes_it() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(20);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Holding>> holdings = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String task = "task-" + i;
      holdings.add(
          threads.submit(
              () -> {
                start.await();
                return store().take(key, claim(task, HOUR));
              }));
    }
    start.countDown();
    List<String> winners = new ArrayList<>();
    List<String> holders = new ArrayList<>();
    for (Future<Holding> holding : holdings) {
      holders.add(holding.get().taskId());
      if (holding.get().taken()) {
        winners.add(holding.get().taskId());
      }
    }
    threads.shutdown();

    assertThat(winners).hasSize(1);
    assertThat(holders).containsOnly(winners.get(0));
  }

  private static Claim claim(String taskId, Duration ttl) {
    return new Claim(taskId, bytes("body"), Instant.now(), ttl);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
