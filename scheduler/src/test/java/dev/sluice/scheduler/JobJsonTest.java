package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobJsonTest {

  @Test
  void a_job_with_everything_comes_back_as_it_was() {
    JobSpec job =
        JobSpec.cron("report", "0 0 6 ? * MON-FRI", "reports.daily", "reports")
            .kwargs(Map.of("top", 10, "names", List.of("ä", "b"), "deep", Map.of("x", 1.5)))
            .zone("Europe/Berlin")
            .misfire(MisfirePolicy.ALL)
            .jitter(Duration.ofMinutes(3))
            .overlap(OverlapPolicy.QUEUE)
            .timeout(Duration.ofHours(2))
            .enabled(false);
    assertThat(JobJson.read("report", JobJson.write(job))).isEqualTo(job);
  }

  @Test
  void what_another_release_left_out_takes_its_default_and_what_it_added_is_ignored() {
    assertThat(
            JobJson.read(
                "tick", "{\"task\":\"t\",\"queue\":\"q\",\"every\":\"PT5S\",\"later\":{\"a\":1}}"))
        .isEqualTo(JobSpec.every("tick", Duration.ofSeconds(5), "t", "q"));
  }

  @Test
  void a_value_that_only_a_newer_release_knows_is_refused() {
    String json = JobJson.write(JobSpec.every("tick", Duration.ofSeconds(5), "t", "q"));
    assertThatThrownBy(() -> JobJson.read("tick", json.replace("allow", "replace")))
        .hasMessageContaining("REPLACE");
  }
}
