package dev.sluice.redis;

import dev.sluice.devservices.RedisClusterService;
import dev.sluice.devservices.RedisService;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.MigrateParams;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Who holds which slot of a cluster, and moving one, step by step as an operator's tool does. */
final class ClusterSlots {
  // Words of a line of CLUSTER NODES.
  private static final int ADDRESS = 1;
  private static final int RANGES = 8;

  private final RedisClusterService cluster;

  ClusterSlots(RedisClusterService cluster) {
    this.cluster = cluster;
  }

  static int slot(String key) {
    return JedisClusterCRC16.getSlot(key);
  }

  /** The port of the master that holds a slot, as a living node tells it. */
  int owner(int slot) {
    return owners()[slot];
  }

  /** The port of each slot's master; 0 where there is none. */
  int[] owners() {
    return owners(anyPort());
  }

  private int[] owners(int asked) {
    int[] owners = new int[RedisClusterService.SLOTS];
    for (String line : on(asked, Jedis::clusterNodes).split("\n")) {
      String[] node = line.split(" ");
      int port = Integer.parseInt(node[ADDRESS].replaceAll(".*:(\\d+)@.*", "$1"));
      Arrays.stream(node)
          .skip(RANGES)
          // In brackets: a slot on its way.
          .filter(range -> !range.startsWith("["))
          .map(range -> range.split("-"))
          .forEach(
              ends ->
                  Arrays.fill(
                      owners,
                      Integer.parseInt(ends[0]),
                      Integer.parseInt(ends[ends.length - 1]) + 1,
                      port));
    }
    return owners;
  }

  /** A master that does not hold a slot. */
  int stranger(int slot) {
    int owner = owner(slot);
    return List.of(owner(0), owner(RedisClusterService.SLOTS / 2), owner(16_383)).stream()
        .filter(port -> port != owner)
        .findAny()
        .orElseThrow();
  }

  /** From now on, keys that the owner does not have are the other's. */
  void startMove(int slot, int from, int to) {
    String fromId = on(from, Jedis::clusterMyId);
    String toId = on(to, Jedis::clusterMyId);
    on(to, node -> node.clusterSetSlotImporting(slot, fromId));
    on(from, node -> node.clusterSetSlotMigrating(slot, toId));
  }

  /** Makes every node forget who holds a slot: the owner first, who tells the others else. */
  void abandon(int slot) {
    on(owner(slot), node -> node.clusterDelSlots(slot));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              List<Integer> believers =
                  cluster.nodes().stream()
                      .map(RedisService::port)
                      .filter(port -> owners(port)[slot] != 0)
                      .toList();
              believers.forEach(port -> on(port, node -> node.clusterDelSlots(slot)));
              return believers.isEmpty();
            });
  }

  /** Gives an abandoned slot to a master. */
  void adopt(int slot, int by) {
    on(by, node -> node.clusterAddSlots(slot));
    cluster.heal();
  }

  /** Moves some of the keys. */
  void moveKeys(int from, int to, String... keys) {
    on(from, node -> node.migrate("127.0.0.1", to, 5_000, new MigrateParams(), keys));
  }

  /** Moves the keys that are left and makes the other the owner. */
  void endMove(int slot, int from, int to) {
    List<String> left = on(from, node -> node.clusterGetKeysInSlot(slot, 100_000));
    if (!left.isEmpty()) {
      moveKeys(from, to, left.toArray(String[]::new));
    }
    String toId = on(to, Jedis::clusterMyId);
    on(to, node -> node.clusterSetSlotNode(slot, toId));
    on(from, node -> node.clusterSetSlotNode(slot, toId));
  }

  <T> T on(int port, Function<Jedis, T> command) {
    try (Jedis node = new Jedis("127.0.0.1", port)) {
      return command.apply(node);
    }
  }

  private int anyPort() {
    return cluster.nodes().stream()
        .filter(node -> node.isRunning())
        .findFirst()
        .orElseThrow()
        .port();
  }
}
