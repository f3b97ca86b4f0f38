package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DefaultsTest {

  @Test
  void every_default_is_the_documented_one() {
    assertThat(SluiceSettings.defaults())
        .isEqualTo(
            new SluiceSettings(
                new BrokerSettings(
                    Optional.empty(),
                    "",
                    1000,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(5),
                    1024 * 1024,
                    Optional.empty()),
                new DatabaseSettings(
                    Optional.empty(),
                    Optional.empty(),
                    "",
                    new Secret(""),
                    10,
                    Optional.empty(),
                    DatabaseSettings.Scope.LOCAL,
                    true),
                Map.of(),
                new RedisSettings(Optional.empty()),
                new WorkerSettings(
                    Optional.empty(),
                    Map.of(),
                    10,
                    Optional.empty(),
                    1,
                    Map.of(),
                    Optional.empty(),
                    Duration.ofMinutes(15),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(10),
                    false,
                    true),
                new SchedulerSettings(Map.of()),
                new RetentionSettings(
                    Duration.ofDays(90),
                    Duration.ofDays(90),
                    Duration.ofDays(30),
                    Duration.ofDays(90),
                    Map.of()),
                new HttpSettings("127.0.0.1", 0),
                new ProducerSettings(Map.of()),
                new SpoolSettings(
                    Optional.empty(),
                    SpoolSettings.Sync.OS,
                    Duration.ofMillis(100),
                    1L << 30,
                    SpoolSettings.WhenFull.REJECT,
                    Duration.ofSeconds(1),
                    true,
                    0),
                new GatewaySettings(
                    "127.0.0.1",
                    8080,
                    10_000,
                    32,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10),
                    1000,
                    4 << 20,
                    Duration.ofDays(1),
                    Optional.empty(),
                    false,
                    Map.of(),
                    Map.of()),
                Map.of(),
                Map.of()));
  }
}
