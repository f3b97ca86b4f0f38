package dev.sluice.timelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.Route;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.message.Message;
import dev.sluice.topology.Topology;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InvalidationsTest {
  private final InMemoryBroker broker =
      InMemoryBroker.manual(new Topology("shop"), InstantSource.system());
  private final LocalPosts here = local();
  private final LocalPosts there = local();
  private final Invalidations mine = Invalidations.open(broker, here);
  private final Invalidations theirs = Invalidations.open(broker, there);

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void a_changed_post_is_forgotten_everywhere_and_others_are_not() {
    keep(here, 1, 2);
    keep(there, 1, 2);

    mine.send(List.of(1L));

    await().untilAsserted(() -> assertThat(there.get(1)).isNull());
    await().untilAsserted(() -> assertThat(here.get(1)).isNull());
    assertThat(here.get(2)).isNotNull();
    assertThat(there.get(2)).isNotNull();
  }

  @Test
  void one_that_cannot_be_read_has_everything_forgotten() {
    keep(there, 1);

    for (String body : List.of("[]", "{}", "{\"posts\":[\"x\"]}")) {
      keep(there, 1);
      Message message =
          new Message(
              "application/json",
              "utf-8",
              0,
              null,
              null,
              Map.of(),
              body.getBytes(StandardCharsets.UTF_8));
      broker.publish(new Route.ToExchange("shop.sluice.invalidate", ""), message).join();
      await().untilAsserted(() -> assertThat(there.get(1)).isNull());
    }
  }

  @Test
  void nothing_is_sent_and_nothing_used_while_the_broker_is_away() {
    theirs.close();

    assertThat(theirs.receiving()).isFalse();
    assertThatThrownBy(() -> theirs.send(List.of(1L)))
        .isInstanceOf(BrokerException.Unavailable.class)
        .hasMessageContaining("no subscription to shop.sluice.invalidate yet");
  }

  private static void keep(LocalPosts local, long... posts) {
    for (long post : posts) {
      local.put(post, CachedPost.of(new Post(post, 7, Instant.EPOCH, "text")), local.stamp(post));
    }
  }

  private static LocalPosts local() {
    return new LocalPosts(
        1 << 20, Duration.ofMinutes(1), Duration.ofSeconds(5), Ticker.systemTicker());
  }
}
