package dev.sluice.redis;

import dev.sluice.devservices.RedisClusterService;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
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
    return on(anyPort(), Jedis::clusterNodes)
        .lines()
        .map(line -> line.split(" "))
        .filter(node -> Arrays.stream(node).skip(RANGES).anyMatch(range -> holds(range, slot)))
        .map(node -> Integer.parseInt(node[ADDRESS].replaceAll(".*:(\\d+)@.*", "$1")))
        .findAny()
        .orElseThrow();
  }

  /** Whether 7, or 0-5460, and not a slot on its way in brackets, holds a slot. */
  private static boolean holds(String range, int slot) {
    if (range.startsWith("[")) {
      return false;
    }
    String[] ends = range.split("-");
    return Integer.parseInt(ends[0]) <= slot && slot <= Integer.parseInt(ends[ends.length - 1]);
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
