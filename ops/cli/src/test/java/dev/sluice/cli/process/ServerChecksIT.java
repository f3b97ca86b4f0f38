package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.devservices.DevServices;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.Topology;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerChecksIT {

  @Test
  void a_cluster_whose_masters_all_answer_is_well() {
    assertThat(redis(DevServices.shared().redisCluster().url())).isEqualTo("ok");
  }

  @Test
  void a_server_that_answers_is_well() {
    assertThat(redis(DevServices.shared().redis().url())).isEqualTo("ok");
  }

  @Test
  void what_is_wrong_with_a_cluster_is_told_without_the_password() {
    String url = DevServices.shared().redisCluster().url();

    assertThat(redis(url.replace("//", "//nobody:hunter2@")))
        .startsWith("redis-cluster://nobody:***@")
        .contains("WRONGPASS")
        .doesNotContain("hunter2");
  }

  @Test
  void a_server_that_is_no_cluster_is_told_from_one() {
    String url = DevServices.shared().redis().url();

    assertThat(redis(url.replace("redis:", "redis-cluster:"))).contains("cluster support disabled");
  }

  /** What the readiness check says about a Redis. */
  private static String redis(String url) {
    try (InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT)) {
      Health health = new Health();
      SluiceSettings settings = SluiceSettings.load(null, Map.of("SLUICE_REDIS_URL", url));
      ServerChecks.add(health, settings, broker, Optional.empty());
      return health.ready().checks().get("redis");
    }
  }
}
