package dev.sluice.devservices;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A private Redis Cluster: three masters with a replica each. A master that is killed is replaced
 * by its replica after three to five seconds.
 *
 * <p>Threading: safe.
 */
public final class RedisClusterService {
  /** Its number of slots, which keys are hashed to. */
  public static final int SLOTS = 16_384;

  private static final int MASTERS = 3;
  private static final Duration READY_WAIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);

  private final List<RedisService> nodes;

  private RedisClusterService(List<RedisService> nodes) {
    this.nodes = nodes;
  }

  static RedisClusterService of(ServiceSource source) {
    return new RedisClusterService(
        IntStream.range(0, 2 * MASTERS).mapToObj(source::redisNode).toList());
  }

  /** Names every node: {@code redis-cluster://127.0.0.1:PORT,…}. */
  public String url() {
    return nodes.stream()
        .map(RedisService::address)
        .collect(Collectors.joining(",", "redis-cluster://", ""));
  }

  /** All six, masters and replicas, each of which may be killed and started again. */
  public List<RedisService> nodes() {
    return nodes;
  }

  /** The node that listens on a port. */
  public RedisService node(int port) {
    return nodes.stream()
        .filter(node -> node.port() == port)
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("no node listens on port " + port));
  }

  /** Name and version as a node tells them. */
  public String version() {
    return nodes.get(0).version() + " Cluster";
  }

  /**
   * Starts nodes that were killed, and returns when all six know each other as well, every slot has
   * a master and every master its replica.
   */
  public void heal() {
    DevServices.startAll(nodes);
    awaitWhole();
  }

  /** Starts and forms the cluster; ends it if that fails. */
  void start() {
    try {
      DevServices.startAll(nodes);
      form();
      awaitWhole();
    } catch (IOException e) {
      end();
      throw new DevServicesException("Cannot form a Redis Cluster of " + url(), e);
    } catch (RuntimeException e) {
      end();
      throw e;
    }
  }

  void end() {
    nodes.forEach(node -> node.server().end());
  }

  private void form() throws IOException {
    int first = nodes.get(0).port();
    for (int i = 0; i < MASTERS; i++) {
      int from = SLOTS * i / MASTERS;
      int to = SLOTS * (i + 1) / MASTERS - 1;
      call(i, "CLUSTER SET-CONFIG-EPOCH " + (i + 1));
      call(i, "CLUSTER ADDSLOTSRANGE " + from + " " + to);
    }
    for (int i = 1; i < nodes.size(); i++) {
      call(i, "CLUSTER MEET 127.0.0.1 " + first + " " + busPort(0));
    }
    awaitEach("cluster_known_nodes:" + nodes.size(), "CLUSTER INFO", nodes);
    for (int i = MASTERS; i < nodes.size(); i++) {
      call(i, "CLUSTER REPLICATE " + call(i - MASTERS, "CLUSTER MYID"));
    }
  }

  private void awaitWhole() {
    awaitEach("cluster_state:ok", "CLUSTER INFO", nodes);
    long deadline = System.nanoTime() + READY_WAIT.toNanos();
    while (!IntStream.range(0, nodes.size()).allMatch(this::isWhole)) {
      if (System.nanoTime() - deadline > 0) {
        throw new DevServicesException(
            "The Redis Cluster of "
                + url()
                + " is not whole after "
                + READY_WAIT.toSeconds()
                + " seconds. The log of its first node ends so:\n"
                + nodes.get(0).server().logTail());
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** Whether a node sees no failed node and, as a replica, has its master's data. */
  private boolean isWhole(int number) {
    try {
      String known = call(number, "CLUSTER NODES");
      String replication = call(number, "INFO replication");
      return !known.contains("fail")
          && !known.contains("handshake")
          && !known.contains("disconnected")
          && known.lines().filter(line -> line.contains("slave")).count() == nodes.size() - MASTERS
          && (replication.contains("role:master")
              ? replication.contains("state=online")
              : replication.contains("master_link_status:up"));
    } catch (IOException notYet) {
      return false;
    }
  }

  private void awaitEach(String wanted, String command, List<RedisService> whom) {
    long deadline = System.nanoTime() + READY_WAIT.toNanos();
    for (RedisService node : whom) {
      while (!answers(node, command, wanted)) {
        if (System.nanoTime() - deadline > 0) {
          throw new DevServicesException(
              "Node %s of the Redis Cluster does not come to %s; its log ends so:%n%s"
                  .formatted(node.address(), wanted, node.server().logTail()));
        }
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
  }

  private static boolean answers(RedisService node, String command, String wanted) {
    try (RespClient client = new RespClient(node.port())) {
      return client.call(command).contains(wanted);
    } catch (IOException notYet) {
      return false;
    }
  }

  private int busPort(int number) throws IOException {
    // "ID IP:PORT@BUS flags …", of the node itself.
    String self = call(number, "CLUSTER NODES");
    String address = self.split(" ")[1];
    return Integer.parseInt(address.substring(address.indexOf('@') + 1).split(",")[0]);
  }

  private String call(int number, String command) throws IOException {
    try (RespClient client = new RespClient(nodes.get(number).port())) {
      return client.call(command);
    }
  }
}
