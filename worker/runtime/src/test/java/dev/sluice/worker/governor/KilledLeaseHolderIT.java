package dev.sluice.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.devservices.DevServices;
import dev.sluice.redis.RedisScripts;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is killed with SIGKILL gives its permits up, and not before. */
class KilledLeaseHolderIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void the_permit_of_a_killed_worker_comes_free_once_its_lease_has_run_out() throws Exception {
    String url = DevServices.shared().redis().url();
    String namespace = "t" + UUID.randomUUID().toString().substring(0, 8);
    Path log = folder.resolve("log");
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LeaseHolder.class.getName(),
                url,
                namespace)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try (RedisScripts redis = RedisScripts.open(URI.create(url))) {
      await().atMost(PATIENCE).until(() -> Files.readString(log).contains("HELD"));
      Governor other = new Governor(GovernorOptions.DEFAULTS.redis(redis).namespace(namespace));
      other.limits(LeaseHolder.TYPE, LeaseHolder.ONE);
      assertThatThrownBy(() -> other.admit(LeaseHolder.ASK)).isInstanceOf(NotPermitted.class);

      holder.destroyForcibly().waitFor();
      long killed = System.nanoTime();

      await()
          .atMost(PATIENCE)
          .ignoreException(NotPermitted.class)
          .until(
              () -> {
                other.admit(LeaseHolder.ASK).close();
                return true;
              });
      // It had renewed its lease at most a round before.
      assertThat(Duration.ofNanos(System.nanoTime() - killed))
          .isBetween(RedisLimits.LIFE.minusSeconds(6), RedisLimits.LIFE.plusSeconds(6));
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }
}
