package dev.sluice.devservices;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

class StandingServicesIT {

  @TempDir private Path folder;
  private SluiceFolder home;
  private StandingServices standing;

  @BeforeEach
  void find() {
    home = new SluiceFolder(folder);
    standing = StandingServices.in(home);
  }

  @AfterEach
  void down() {
    standing.down();
  }

  @Test
  void up_writes_the_urls_and_down_ends_every_process() throws Exception {
    List<ServiceStatus> up = standing.up(ServiceOptions.all().withGeneration(Generation.BOOKWORM));
    assertThat(up).hasSize(3).allMatch(ServiceStatus::answers);
    assertThat(standing.urls())
        .containsOnlyKeys("SLUICE_BROKER_URL", "SLUICE_DATABASE_URL", "SLUICE_REDIS_URL");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(standing.envFile())))
        .isEqualTo("rw-------");
    // The three servers and RabbitMQ's epmd.
    assertThat(new RunFolder(home.run()).living()).hasSize(4);
    assertThat(standing.down()).isEqualTo(4);
    assertThat(new RunFolder(home.run()).living()).isEmpty();
    assertThat(standing.envFile()).doesNotExist();
    assertThat(standing.status()).isEmpty();
  }

  @Test
  void a_second_up_changes_nothing_and_data_survive_down_and_up() {
    ServiceOptions redis = ServiceOptions.of(ServiceKind.REDIS).withGeneration(Generation.BOOKWORM);
    List<ServiceStatus> first = standing.up(redis);
    try (RedisClient client = RedisClient.create(standing.urls().get("SLUICE_REDIS_URL"))) {
      client.set("kept", "value");
    }
    assertThat(standing.up(redis)).isEqualTo(first);
    standing.down();
    standing.up(redis);
    try (RedisClient client = RedisClient.create(standing.urls().get("SLUICE_REDIS_URL"))) {
      assertThat(client.get("kept")).isEqualTo("value");
    }
  }
}
