package dev.sluice.devservices;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.exceptions.JedisException;

class RedisClusterIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void a_cluster_starts_in_15_seconds_and_survives_kill_minus_9_of_a_master() {
    long start = System.nanoTime();
    try (DevServices services = DevServices.start(ServiceOptions.of(ServiceKind.REDIS))) {
      RedisClusterService cluster = services.redisCluster();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
      try (RedisClusterClient client = RedisClusterClient.create(nodes(cluster))) {
        client.set("key", "before");
        assertThat(client.waitReplicas("key", 1, 5_000)).isEqualTo(1);
        cluster.nodes().stream().limit(3).skip(2).forEach(Service::kill);
        Awaitility.await()
            .atMost(PATIENCE)
            .ignoreExceptionsInstanceOf(JedisException.class)
            .until(() -> client.set("key", "after").equals("OK"));
        cluster.heal();
        assertThat(client.get("key")).isEqualTo("after");
      }
    }
  }

  private static Set<HostAndPort> nodes(RedisClusterService cluster) {
    String hosts = cluster.url().substring("redis-cluster://".length());
    return Arrays.stream(hosts.split(",")).map(HostAndPort::from).collect(Collectors.toSet());
  }
}
