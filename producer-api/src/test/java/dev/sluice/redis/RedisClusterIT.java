package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RedisClusterService;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientPauseMode;
import redis.clients.jedis.exceptions.JedisDataException;

/** A real cluster whose slots move, whose masters die and fill up. */
class RedisClusterIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  private static DevServices services;
  private static RedisClusterService cluster;
  private static ClusterSlots slots;

  private final Redis redis = open(RedisOptions.DEFAULTS.patience());
  private final Redis patient = open(LONG);

  @BeforeAll
  static void startCluster() {
    services = DevServices.start(ServiceOptions.of(ServiceKind.REDIS));
    cluster = services.redisCluster();
    slots = new ClusterSlots(cluster);
  }

  @AfterAll
  static void stopCluster() {
    services.close();
  }

  @BeforeEach
  void empty() {
    redis.masters().forEach(master -> slots.on(port(master), Jedis::flushAll));
  }

  @AfterEach
  void close() {
    redis.close();
    patient.close();
  }

  @Test
  void commands_reach_the_masters_of_all_slots_and_replies_keep_their_order() {
    List<String> keys = keys(20_000);

    redis.run(keys.stream().map(key -> Redis.COMMANDS.set(key, "v" + key)).toList());

    assertThat(redis.run(keys.stream().map(Redis.COMMANDS::get).toList()))
        .containsExactlyElementsOf(keys.stream().map(key -> "v" + key).toList());
    assertThat(redis.masters()).hasSize(3);
    assertThat(redis.masters())
        .allMatch(master -> slots.on(port(master), node -> node.dbSize()) > keys.size() / 4);
    assertThat(redis.tally().repeated.sum()).isZero();
    assertThat(redis.problem()).isEmpty();
  }

  @Test
  void each_master_is_found_by_one_key() {
    List<RedisMaster> found = redis.shards().stream().map(redis::master).toList();

    assertThat(found.stream().map(RedisMaster::address))
        .containsExactlyInAnyOrderElementsOf(
            redis.masters().stream().map(RedisMaster::address).toList());
    assertThat(found.stream().map(RedisMaster::run)).doesNotHaveDuplicates();
    assertThat(found.get(0).run()).isEqualTo(redis.master(redis.shards().get(0)).run());
  }

  @Test
  void a_command_without_a_key_and_one_of_jedis_own_are_done() {
    assertThat(redis.run(List.of(Redis.COMMANDS.ping()))).containsExactly("PONG");
    redis.call(jedis -> jedis.set("key", "value"));
    assertThat(redis.run(List.of(Redis.COMMANDS.get("key")))).containsExactly("value");
  }

  @Test
  void keys_of_different_slots_in_one_command_are_the_caller_s_error() {
    assertThatThrownBy(() -> redis.run(List.of(Redis.COMMANDS.mget("a", "b"))))
        .isInstanceOf(JedisDataException.class)
        .hasMessageStartingWith("CROSSSLOT");
  }

  @Test
  void a_slot_on_its_way_is_asked_for_and_one_that_moved_is_learnt() {
    redis.run(List.of(Redis.COMMANDS.incr("{t}old"), Redis.COMMANDS.incr("other")));
    int slot = ClusterSlots.slot("{t}");
    int from = slots.owner(slot);
    int to = slots.stranger(slot);
    List<CommandObject<Long>> commands =
        List.of(
            Redis.COMMANDS.incr("{t}new"),
            Redis.COMMANDS.incr("{t}old"),
            Redis.COMMANDS.incr("other"));

    slots.startMove(slot, from, to);
    assertThat(redis.run(commands)).containsExactly(1L, 2L, 2L);
    assertThat(redis.tally().asked.sum()).isEqualTo(1);
    assertThat(redis.tally().repeated.sum()).isEqualTo(1);
    long arrived = slots.on(to, node -> node.clusterCountKeysInSlot(slot));
    assertThat(arrived).isEqualTo(1);

    slots.endMove(slot, from, to);
    assertThat(redis.run(commands)).containsExactly(2L, 3L, 3L);
    assertThat(redis.tally().moved.sum()).isEqualTo(2);
    assertThat(redis.tally().repeated.sum()).isEqualTo(3);

    assertThat(redis.run(commands)).containsExactly(3L, 4L, 4L);
    assertThat(redis.tally().moved.sum()).isEqualTo(2);
    assertThat(redis.tally().repeated.sum()).isEqualTo(3);
  }

  @Test
  void a_command_on_keys_of_which_some_have_moved_waits_for_the_others() throws Exception {
    redis.run(List.of(Redis.COMMANDS.set("{u}stays", "a"), Redis.COMMANDS.set("{u}goes", "b")));
    int slot = ClusterSlots.slot("{u}");
    int from = slots.owner(slot);
    int to = slots.stranger(slot);
    slots.startMove(slot, from, to);
    slots.moveKeys(from, to, "{u}goes");

    Background<List<List<String>>> read =
        Background.of(() -> patient.run(List.of(Redis.COMMANDS.mget("{u}stays", "{u}goes"))));
    read.await(() -> patient.tally().repeated.sum() > 2);
    slots.endMove(slot, from, to);

    assertThat(read.result()).containsExactly(List.of("a", "b"));
  }

  @Test
  void slots_that_move_while_they_are_written_lose_and_repeat_nothing() throws Exception {
    List<String> keys = IntStream.range(0, 300).mapToObj(i -> "{w" + i % 5 + "}" + i).toList();
    List<CommandObject<Long>> commands = keys.stream().map(Redis.COMMANDS::incr).toList();
    AtomicBoolean enough = new AtomicBoolean();
    Background<Integer> writer =
        Background.of(
            () -> {
              int runs = 0;
              while (!enough.get()) {
                patient.run(commands);
                runs++;
              }
              return runs;
            });
    for (int i = 0; i < 5; i++) {
      int slot = ClusterSlots.slot("{w" + i + "}");
      int from = slots.owner(slot);
      int to = slots.stranger(slot);
      slots.startMove(slot, from, to);
      slots.moveKeys(from, to, "{w" + i + "}" + i, "{w" + i + "}" + (i + 5));
      long asked = patient.tally().asked.sum();
      writer.await(() -> patient.tally().asked.sum() > asked);
      long moved = patient.tally().moved.sum();
      slots.endMove(slot, from, to);
      writer.await(() -> patient.tally().moved.sum() > moved);
    }
    enough.set(true);

    List<Long> counts = redis.run(keys.stream().map(key -> Redis.COMMANDS.incrBy(key, 0)).toList());
    assertThat(counts).containsOnly((long) writer.result());
  }

  @Test
  void a_master_killed_in_the_middle_is_replaced_and_only_its_commands_are_repeated()
      throws Exception {
    List<String> keys = keys(9_000);
    List<CommandObject<Long>> commands = keys.stream().map(Redis.COMMANDS::incr).toList();
    patient.run(commands);
    int victim = slots.owner(8_000);
    int other = slots.stranger(8_000);
    slots.on(other, Jedis::configResetStat);
    long ofVictim = slots.on(victim, Jedis::dbSize);
    // What it has confirmed must be on its replica: the cluster would forget it else.
    slots.on(victim, node -> node.clientPause(60_000, ClientPauseMode.WRITE));
    awaitReplicated(victim);

    Background<List<Long>> run = Background.of(() -> patient.run(commands));
    run.await(() -> slots.on(other, node -> node.info("commandstats")).contains("cmdstat_incr"));
    cluster.node(victim).kill();

    assertThat(run.result()).containsOnly(2L);
    assertThat(patient.tally().repeated.sum()).isPositive().matches(sum -> sum % ofVictim == 0);
    cluster.heal();
  }

  @Test
  void a_call_is_cut_short_when_a_master_is_away_for_longer_than_the_patience() {
    int victim = slots.owner(0);
    List<CommandObject<Long>> commands = keys(900).stream().map(Redis.COMMANDS::incr).toList();
    try (Redis hasty = open(Duration.ZERO)) {
      hasty.run(commands);
      cluster.node(victim).kill();

      assertThatThrownBy(() -> hasty.run(commands))
          .isInstanceOf(RedisUnavailable.class)
          .hasMessageContaining(" of 900 commands were not done; 127.0.0.1:" + victim);
      Awaitility.await()
          .atMost(LONG)
          .ignoreExceptionsInstanceOf(RedisUnavailable.class)
          .until(() -> !hasty.run(commands).isEmpty());
    } finally {
      cluster.heal();
    }
  }

  @Test
  void a_full_master_fails_its_own_commands_only() throws Exception {
    List<String> keys = keys(900);
    int full = slots.owner(0);
    int[] owners = slots.owners();
    slots.on(full, node -> node.configSet("maxmemory", "1"));
    try {
      assertThatThrownBy(() -> redis.run(keys.stream().map(Redis.COMMANDS::incr).toList()))
          .isInstanceOf(RedisUnavailable.class)
          .hasMessageContaining("127.0.0.1:" + full + ": OOM");
      List<String> others =
          keys.stream().filter(key -> owners[ClusterSlots.slot(key)] != full).toList();
      assertThat(redis.run(others.stream().map(Redis.COMMANDS::get).toList()))
          .hasSizeGreaterThan(300)
          .containsOnly("1");

      Background<List<Long>> run =
          Background.of(() -> patient.run(keys.stream().map(Redis.COMMANDS::incr).toList()));
      run.await(() -> patient.tally().repeated.sum() > keys.size());
      slots.on(full, node -> node.configSet("maxmemory", "0"));
      run.result();
    } finally {
      slots.on(full, node -> node.configSet("maxmemory", "0"));
    }

    List<String> values = redis.run(keys.stream().map(Redis.COMMANDS::get).toList());
    assertThat(Collections.frequency(values, "1") + Collections.frequency(values, "2"))
        .isEqualTo(keys.size());
    assertThat(IntStream.range(0, keys.size()))
        .allMatch(
            i -> values.get(i).equals("1") == (owners[ClusterSlots.slot(keys.get(i))] == full));
  }

  @Test
  void a_slot_that_no_master_holds_is_unavailable_until_one_does() {
    int slot = ClusterSlots.slot("key");
    int owner = slots.owner(slot);
    redis.run(List.of(Redis.COMMANDS.set("key", "value")));
    slots.abandon(slot);
    try (Redis newcomer = open(Duration.ZERO)) {
      assertThatThrownBy(() -> redis.run(List.of(Redis.COMMANDS.set("key", "value"))))
          .isInstanceOf(RedisUnavailable.class)
          .hasMessageContaining("CLUSTERDOWN");
      assertThatThrownBy(() -> newcomer.run(List.of(Redis.COMMANDS.get("key"))))
          .isInstanceOf(RedisUnavailable.class)
          .hasMessageContaining("Cluster slots have holes");
      assertThat(newcomer.problem()).get().asString().contains("Cluster slots have holes");
      assertThat(redis.problem()).isPresent();
    } finally {
      slots.adopt(slot, owner);
    }

    assertThat(redis.run(List.of(Redis.COMMANDS.set("key", "again")))).containsExactly("OK");
    assertThat(redis.problem()).isEmpty();
  }

  @Test
  void a_wrong_password_is_told_without_it() {
    URI url = URI.create(cluster.url().replace("//", "//nobody:hunter2@"));
    try (Redis denied = Redis.open(url, RedisOptions.DEFAULTS.withPatience(LONG))) {
      assertThatThrownBy(() -> denied.run(List.of(Redis.COMMANDS.get("a"))))
          .isInstanceOf(RedisUnavailable.class)
          .hasMessageContaining("WRONGPASS")
          .hasMessageNotContaining("hunter2");
    }
  }

  @Test
  void a_node_that_is_taken_for_a_single_server_says_so() {
    int stranger = slots.stranger(ClusterSlots.slot("key"));
    try (Redis single = Redis.open(URI.create("redis://127.0.0.1:" + stranger))) {
      assertThatThrownBy(() -> single.run(List.of(Redis.COMMANDS.get("key"))))
          .isInstanceOf(RedisUnavailable.class)
          .hasMessageContaining("redis-cluster://");
    }
  }

  private static Redis open(Duration patience) {
    return Redis.open(URI.create(cluster.url()), RedisOptions.DEFAULTS.withPatience(patience));
  }

  private static List<String> keys(int count) {
    List<String> keys = new ArrayList<>();
    IntStream.range(0, count).forEach(i -> keys.add("key:" + i));
    return keys;
  }

  private static int port(RedisMaster master) {
    return Integer.parseInt(master.address().substring(master.address().indexOf(':') + 1));
  }

  private static void awaitReplicated(int master) {
    Awaitility.await()
        .atMost(LONG)
        .until(
            () -> {
              String info = slots.on(master, node -> node.info("replication"));
              String offset = info.replaceAll("(?s).*master_repl_offset:(\\d+).*", "$1");
              return info.contains("offset=" + offset + ",");
            });
  }
}
