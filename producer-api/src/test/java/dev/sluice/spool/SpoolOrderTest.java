package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.RoutedMessage;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.topology.OrderPartitions;
import dev.sluice.topology.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a relay makes of messages with an order key. */
class SpoolOrderTest {
  @TempDir Path folder;
  private final ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
  private Instant now = Instant.parse("2026-11-21T08:00:00Z");
  private Spool spool;
  private SpoolRelay relay;

  @BeforeEach
  void open() {
    spool = Spool.open(SpoolOptions.of(folder).clock(() -> now));
    relay =
        SpoolRelay.open(
            folder,
            broker,
            new SpoolRelay.Options(
                SpoolRelay.Options.DEFAULTS.queues(), 0, Duration.ofMillis(50), () -> now));
  }

  @AfterEach
  void close() throws Exception {
    relay.close();
    spool.close();
  }

  @Test
  void behind_a_message_of_unknown_outcome_none_of_its_key_leaves_before_it() throws Exception {
    failOnce("a1", new BrokerException.Unknown("connection lost", null));
    append("a1", "a2", "b1");
    relay.runOnce();

    assertThat(broker.sentIds()).containsExactly("a1", "b1");
    drain();
    assertThat(firstOf("a")).containsExactly("a1", "a2");
  }

  @Test
  void a_message_that_is_refused_stays_in_the_log_and_nothing_of_its_key_passes_it()
      throws Exception {
    refuse("a1");
    append("a1", "a2", "b1", "a3");
    drain();
    assertThat(broker.sentIds()).contains("a1", "b1").doesNotContain("a2", "a3");
    assertThat(new AsideFolder(folder).list(AsideFolder.State.RETRY)).isEmpty();
    int tries = broker.sent().size();
    drain();
    assertThat(broker.sent()).as("left in peace for a while").hasSize(tries);

    broker.answer(ScriptedBroker.CONFIRM);
    now = now.plus(HeldBack.PAUSE).plusSeconds(1);
    drain();
    assertThat(firstOf("a")).containsExactly("a1", "a2", "a3");
  }

  @Test
  void one_that_breaks_every_channel_is_parked_and_its_key_goes_on() throws Exception {
    broker.answer(
        (route, message) ->
            "a1".equals(message.correlationId())
                ? CompletableFuture.failedFuture(new BrokerException.Unknown("closed", null))
                : CompletableFuture.completedFuture(null));
    append("a1", "a2");
    for (int round = 0; round < 40; round++) {
      relay.runOnce();
      now = now.plusSeconds(5);
    }

    assertThat(firstOf("a")).containsExactly("a1", "a2");
    assertThat(broker.sentIds().stream().filter("a1"::equals)).hasSizeBetween(5, 7);
    assertThat(new AsideFolder(folder).list(AsideFolder.State.PARKED)).hasSize(1);
  }

  @Test
  void messages_without_an_order_key_leave_past_one_that_is_held_back() throws Exception {
    refuse("a1");
    append("a1", "a2");
    spool.append(new RoutedMessage("plain", null, message("p1", Map.of())));
    drain();
    assertThat(broker.sentIds()).contains("a1", "p1").doesNotContain("a2");
  }

  @RepeatedTest(10)
  void whatever_the_broker_answers_the_first_copies_of_a_key_are_stored_in_order()
      throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    List<String> stored = new ArrayList<>();
    broker.answer(
        (route, message) -> {
          int fate = random.nextInt(20);
          // Of an unknown outcome: it may be stored all the same.
          if (fate > 2 || fate == 0 && random.nextBoolean()) {
            stored.add(message.correlationId());
          }
          return switch (fate) {
            case 0 -> CompletableFuture.failedFuture(new BrokerException.Unknown("lost", null));
            case 1 -> CompletableFuture.failedFuture(new BrokerException.Refused("full"));
            case 2 -> CompletableFuture.failedFuture(new BrokerException.Unavailable("away", null));
            default -> CompletableFuture.completedFuture(null);
          };
        });
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      ids.add((char) ('a' + random.nextInt(6)) + String.valueOf(1000 + i));
    }
    append(ids.toArray(String[]::new));
    for (int round = 0; round < 3000 && new HashSet<>(stored).size() < ids.size(); round++) {
      relay.runOnce();
      now = now.plusSeconds(1);
    }

    Set<String> first = new LinkedHashSet<>(stored);
    for (String key : List.of("a", "b", "c", "d", "e", "f")) {
      assertThat(first.stream().filter(id -> id.startsWith(key)))
          .as("key %s, seed %d", key, seed)
          .containsExactlyElementsOf(ids.stream().filter(id -> id.startsWith(key)).toList());
    }
  }

  /** The first letter of an id is its order key. */
  private void append(String... ids) {
    for (String id : ids) {
      String key = id.substring(0, 1);
      spool.append(
          new RoutedMessage(
              OrderPartitions.of("orders", key),
              null,
              message(id, Map.of(Headers.ORDER_KEY, key))));
    }
  }

  private static Message message(String id, Map<String, Object> headers) {
    return new Message("application/json", "utf-8", 0, id, null, headers, new byte[] {'1'});
  }

  private Set<String> firstOf(String key) {
    Set<String> first = new LinkedHashSet<>();
    broker.sentIds().stream().filter(id -> id.startsWith(key)).forEach(first::add);
    return first;
  }

  private void refuse(String id) {
    broker.answer(
        (route, message) ->
            id.equals(message.correlationId())
                ? CompletableFuture.failedFuture(new BrokerException.Refused("queue full"))
                : CompletableFuture.completedFuture(null));
  }

  private void failOnce(String id, BrokerException why) {
    broker.answer(
        (route, message) -> {
          if (!id.equals(message.correlationId())) {
            return CompletableFuture.completedFuture(null);
          }
          broker.answer(ScriptedBroker.CONFIRM);
          return CompletableFuture.failedFuture(why);
        });
  }

  private void drain() throws Exception {
    Duration pause;
    do {
      pause = relay.runOnce();
    } while (!pause.equals(SpoolRelay.SHORT_REST) && !relay.idle());
  }
}
