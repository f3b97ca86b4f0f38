package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RedisService;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.exceptions.JedisDataException;

/** One server that is killed, full or not there. */
class RedisIT {
  private static DevServices services;
  private static RedisService server;

  private final Redis redis = Redis.open(URI.create(server.url()));

  @BeforeAll
  static void startServer() {
    services = DevServices.start(ServiceOptions.of(ServiceKind.REDIS));
    server = services.redis();
  }

  @AfterAll
  static void stopServer() {
    services.close();
  }

  @BeforeEach
  void empty() {
    redis.call(jedis -> jedis.flushAll());
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void replies_come_in_the_order_of_the_commands_however_many_there_are() {
    List<CommandObject<Long>> commands = new ArrayList<>();
    IntStream.range(0, 2_777).forEach(i -> commands.add(Redis.COMMANDS.incr("counter")));

    assertThat(redis.run(commands))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 2_777).boxed().toList());
    assertThat(redis.run(List.<CommandObject<Long>>of())).isEmpty();
  }

  @Test
  void a_wrong_command_is_thrown_as_it_is_and_spoils_no_other() {
    redis.call(jedis -> jedis.set("text", "none"));
    List<CommandObject<Long>> commands =
        List.of(Redis.COMMANDS.incr("a"), Redis.COMMANDS.incr("text"), Redis.COMMANDS.incr("b"));

    assertThatThrownBy(() -> redis.run(commands))
        .isExactlyInstanceOf(JedisDataException.class)
        .hasMessageStartingWith("ERR value is not an integer");
    assertThat(redis.run(List.of(Redis.COMMANDS.get("a"), Redis.COMMANDS.get("b"))))
        .containsExactly("1", "1");
  }

  @Test
  void connections_that_died_with_a_server_that_is_back_are_replaced_unseen() {
    redis.run(List.of(Redis.COMMANDS.set("kept", "value")));
    server.kill();
    server.start();

    assertThat(redis.run(List.of(Redis.COMMANDS.get("kept")))).containsExactly("value");
    assertThat(redis.tally().repeated.sum()).isEqualTo(1);
  }

  @Test
  void a_server_that_is_away_is_named_after_the_patience() {
    server.kill();
    try {
      long start = System.nanoTime();
      assertThatThrownBy(() -> redis.run(List.of(Redis.COMMANDS.get("a"))))
          .isInstanceOf(RedisUnavailable.class)
          .hasMessageContaining("1 of 1 commands were not done; " + server.address());
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(redis.problem()).get().asString().contains(server.address());
    } finally {
      server.start();
    }
    assertThat(redis.problem()).isEmpty();
  }

  @Test
  void a_server_that_accepts_and_never_answers_is_waited_for_once() throws IOException {
    RedisOptions hurry = RedisOptions.DEFAULTS.withReply(Duration.ofMillis(200));
    try (ServerSocket mute = new ServerSocket(0);
        Redis away =
            Redis.open(
                URI.create("redis://127.0.0.1:" + mute.getLocalPort()),
                hurry.withPatience(Duration.ofMillis(100)))) {
      assertThatThrownBy(() -> away.run(List.of(Redis.COMMANDS.get("a"))))
          .isInstanceOf(RedisUnavailable.class);
      assertThat(away.tally().repeated.sum()).isZero();
    }
  }

  @Test
  void a_wrong_password_is_told_at_once_and_without_it() {
    RedisOptions patient = RedisOptions.DEFAULTS.withPatience(Duration.ofMinutes(1));
    try (Redis denied =
        Redis.open(URI.create("redis://nobody:hunter2@" + server.address()), patient)) {
      assertThatThrownBy(() -> denied.run(List.of(Redis.COMMANDS.get("a"))))
          .isInstanceOf(RedisUnavailable.class)
          .hasMessageContaining("WRONGPASS")
          .hasMessageNotContaining("hunter2");
      assertThat(denied.problem()).get().asString().contains("WRONGPASS");
    }
  }

  @Test
  void a_server_that_is_no_cluster_is_told_from_one() {
    try (Redis wrong = Redis.open(URI.create("redis-cluster://" + server.address()))) {
      assertThatThrownBy(() -> wrong.run(List.of(Redis.COMMANDS.get("a"))))
          .isInstanceOf(RedisUnavailable.class)
          .hasMessageContaining("cluster support disabled");
    }
  }

  @Test
  void commands_wait_for_a_server_that_is_full() throws Exception {
    redis.call(jedis -> jedis.configSet("maxmemory", "1"));
    Redis patient =
        Redis.open(
            URI.create(server.url()), RedisOptions.DEFAULTS.withPatience(Duration.ofSeconds(30)));
    try (patient) {
      Background<List<Long>> run =
          Background.of(() -> patient.run(List.of(Redis.COMMANDS.incr("a"))));
      run.await(() -> patient.tally().repeated.sum() > 1);
      redis.call(jedis -> jedis.configSet("maxmemory", "0"));

      assertThat(run.result()).containsExactly(1L);
    } finally {
      redis.call(jedis -> jedis.configSet("maxmemory", "0"));
    }
  }

  @Test
  void what_follows_a_command_that_waited_is_done_again_after_it() throws Exception {
    redis.call(jedis -> jedis.configSet("maxmemory", "1"));
    try (Redis patient =
        Redis.open(
            URI.create(server.url()), RedisOptions.DEFAULTS.withPatience(Duration.ofSeconds(30)))) {
      // A full server takes EXPIRE, to no effect while the key is missing.
      Background<List<Long>> run =
          Background.of(
              () ->
                  patient.run(
                      List.of(
                          Redis.COMMANDS.zadd("timeline", 1, "post"),
                          Redis.COMMANDS.expire("timeline", 100),
                          Redis.COMMANDS.expire("other", 100))));
      run.await(() -> patient.tally().repeated.sum() > 2);
      redis.call(jedis -> jedis.configSet("maxmemory", "0"));

      assertThat(run.result()).containsExactly(1L, 1L, 0L);
      assertThat(redis.run(List.of(Redis.COMMANDS.ttl("timeline"))).get(0)).isPositive();
    } finally {
      redis.call(jedis -> jedis.configSet("maxmemory", "0"));
    }
  }
}
