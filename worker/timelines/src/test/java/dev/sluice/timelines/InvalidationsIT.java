package dev.sluice.timelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RabbitService;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two processes that cache posts, on a RabbitMQ whose connections are closed. */
class InvalidationsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static DevServices services;
  private static RabbitService rabbit;

  @RegisterExtension final ReadingFixture fixture = new ReadingFixture();
  private Broker mine;
  private Broker theirs;

  @BeforeAll
  static void startRabbit() {
    services = DevServices.start(ServiceOptions.of(ServiceKind.RABBIT));
    rabbit = services.rabbit();
  }

  @AfterAll
  static void endRabbit() {
    services.close();
  }

  @BeforeEach
  void open() {
    mine = RabbitBroker.open(RabbitOptions.of(rabbit.url()));
    theirs = RabbitBroker.open(RabbitOptions.of(rabbit.url()));
  }

  @AfterEach
  void close() {
    mine.close();
    theirs.close();
  }

  @Test
  void a_deletion_here_is_seen_there_also_after_the_connections_were_closed() throws Exception {
    Post first = fixture.post(7, 60);
    Post second = fixture.post(7, 61);
    fixture.insert(first, second);
    PostCache here = fixture.open(reading -> reading.withBroker(mine)).posts();
    PostCache there = fixture.open(reading -> reading.withBroker(theirs)).posts();
    awaitRemembered(there, first);

    announce(here, first);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(get(there, first)).isFalse());
    rabbit.closeAllConnections();
    awaitRemembered(there, second);
    announce(here, second);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(get(there, second)).isFalse());
  }

  @Test
  void what_was_missed_while_the_connection_was_down_is_not_remembered() throws Exception {
    Post read = fixture.post(7, 60);
    Post unread = fixture.post(7, 61);
    Post other = fixture.post(7, 62);
    fixture.insert(read, unread, other);
    PostCache there = fixture.open(reading -> reading.withBroker(theirs)).posts();
    awaitRemembered(there, read);
    awaitRemembered(there, unread);

    rabbit.stop();
    try {
      // Nobody hears of it: as if it had been announced while the connection was down.
      fixture.redis.set(fixture.keys.post(read.id()), "deleted");
      fixture.redis.set(fixture.keys.post(unread.id()), "deleted");
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(get(there, read)).isFalse());
    } finally {
      rabbit.start();
    }

    awaitRemembered(there, other);
    assertThat(get(there, unread)).isFalse();
  }

  private static void announce(PostCache cache, Post post) {
    cache.deleted(post.id());
    await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> cache.announce(post.id()));
  }

  /** Until the process itself remembers a post, so that Redis is not asked for it. */
  private void awaitRemembered(PostCache cache, Post post) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(get(cache, post)).isTrue();
              String key = fixture.keys.post(post.id());
              String stored = fixture.redis.get(key);
              fixture.redis.set(key, "missing");
              try {
                assertThat(get(cache, post)).isTrue();
              } finally {
                fixture.redis.set(key, stored);
              }
            });
  }

  private static boolean get(PostCache cache, Post post) throws Exception {
    return cache.get(List.of(post.id())).containsKey(post.id());
  }
}
