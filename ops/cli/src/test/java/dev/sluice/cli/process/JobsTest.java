package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.CommandFailed;
import dev.sluice.scheduler.BuiltInJobs;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.MisfirePolicy;
import dev.sluice.scheduler.OverlapPolicy;
import dev.sluice.settings.SluiceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobsTest {
  @TempDir Path folder;

  @Test
  void without_settings_there_are_the_built_in_jobs() {
    assertThat(Jobs.of(SluiceSettings.defaults().scheduler()))
        .containsExactlyElementsOf(BuiltInJobs.all());
  }

  @Test
  void a_job_of_the_settings_has_all_that_they_say() throws IOException {
    List<JobSpec> jobs =
        jobs(
            "report: {task: r.nightly, queue: q, args: {a: [1, x]}, cron: '0 30 3 * * ?',"
                + " zone: Europe/Berlin, misfire: skip, enabled: false}");

    assertThat(jobs)
        .contains(
            new JobSpec(
                "report",
                "r.nightly",
                "q",
                Map.of("a", List.of(1, "x")),
                "0 30 3 * * ?",
                null,
                "Europe/Berlin",
                MisfirePolicy.SKIP,
                Duration.ZERO,
                OverlapPolicy.ALLOW,
                JobSpec.DEFAULT_TIMEOUT,
                false));
  }

  @Test
  void a_job_named_like_a_built_in_one_replaces_it() throws IOException {
    List<JobSpec> jobs =
        jobs("sluice.redrive_transient: {task: sluice.redrive_transient, every: 1h}");

    assertThat(jobs).hasSize(BuiltInJobs.all().size());
    assertThat(jobs).extracting(JobSpec::every).contains(Duration.ofHours(1));
  }

  @Test
  void a_cron_expression_that_is_none_is_named_with_its_job() {
    assertThatThrownBy(() -> jobs("report: {task: t, cron: 'every now and then'}"))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("scheduler.jobs.report")
        .hasMessageContaining("every now and then");
  }

  private List<JobSpec> jobs(String yaml) throws IOException {
    Path file =
        Files.writeString(folder.resolve("sluice.yaml"), "scheduler: {jobs: {" + yaml + "}}");
    return Jobs.of(SluiceSettings.load(file, Map.of()).scheduler());
  }
}
