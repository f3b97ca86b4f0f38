package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.CommandFailed;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.governor.Limits;
import dev.sluice.worker.governor.Rate;
import dev.sluice.worker.governor.TypeLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfiguredGovernorTest {
  @TempDir Path folder;

  @Test
  void limits_are_those_of_the_settings() throws IOException {
    SluiceSettings settings =
        settings(
            """
            redis: {url: "redis://localhost:1"}
            worker:
              concurrencyLimit: 20
              workers: 3
              limits:
                mails.send:
                  concurrency: 8
                  rate: 100/m
                  shared: {concurrency: 20}
                  perKey: {rate: 10/s}
            """);
    try (ConfiguredGovernor configured = new ConfiguredGovernor(settings)) {
      Governor governor = configured.governor();
      assertThat(governor.concurrency()).isEqualTo(20);
      assertThat(governor.snapshot().sharing().workers()).isEqualTo(3);
      assertThat(governor.snapshot().sharing().redis()).isTrue();
      assertThat(governor.limits("mails.send"))
          .isEqualTo(
              new TypeLimits(
                  new Limits(8, Rate.parse("100/m")),
                  Limits.NONE.concurrency(20),
                  Limits.NONE.rate(new Rate(10))));
      assertThat(governor.limits("others")).isEqualTo(TypeLimits.NONE);
    }
  }

  @Test
  void nothing_is_limited_unless_it_is_configured() throws IOException {
    try (ConfiguredGovernor configured = new ConfiguredGovernor(settings("{}"))) {
      assertThat(configured.governor().concurrency()).isNull();
      assertThat(configured.governor().snapshot().sharing().redis()).isFalse();
    }
  }

  @Test
  void limits_across_workers_without_redis_stop_the_start() throws IOException {
    SluiceSettings settings = settings("worker: {limits: {mails.send: {perKey: {rate: 1/s}}}}");
    assertThatThrownBy(() -> new ConfiguredGovernor(settings).close())
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("worker.limits.mails.send")
        .hasMessageContaining("redis.url");
  }

  @Test
  void weight_and_slo_of_a_queue_are_those_of_the_settings() throws IOException {
    SluiceSettings settings =
        settings("worker: {queues: {clicks: {weight: 5, slo: 2s}, bulk: {}}}");
    WorkerPlan plan = new WorkerPlan(settings, Set.of());
    assertThat(plan.queue("clicks").weight()).isEqualTo(5);
    assertThat(plan.queue("clicks").slo()).isEqualTo(Duration.ofSeconds(2));
    assertThat(plan.queue("bulk").weight()).isEqualTo(1);
    assertThat(plan.queue("bulk").slo()).isNull();
  }

  private SluiceSettings settings(String yaml) throws IOException {
    return SluiceSettings.load(Files.writeString(folder.resolve("sluice.yaml"), yaml), Map.of());
  }
}
