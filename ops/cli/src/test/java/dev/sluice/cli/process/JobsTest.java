package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scheduler.BuiltInJobs;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.MisfirePolicy;
import dev.sluice.scheduler.OverlapPolicy;
import dev.sluice.settings.SettingsException;
import dev.sluice.settings.SluiceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobsTest {
  @TempDir Path folder;

  @Test
  void without_settings_there_are_the_built_in_jobs() {
    assertThat(Jobs.of("settings", SluiceSettings.defaults()))
        .containsExactlyElementsOf(BuiltInJobs.all());
  }

  @Test
  void a_job_of_the_settings_has_all_that_they_say() throws IOException {
    List<JobSpec> jobs =
        jobs(
            "report: {task: r.nightly, queue: q, args: {a: [1, x]}, cron: '0 30 3 * * ?',"
                + " zone: Europe/Berlin, misfire: all, jitter: 10m, overlap: queue, timeout: 2h,"
                + " enabled: false}");

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
                MisfirePolicy.ALL,
                Duration.ofMinutes(10),
                OverlapPolicy.QUEUE,
                Duration.ofHours(2),
                false));
  }

  @Test
  void what_a_job_does_not_say_has_its_default() throws IOException {
    assertThat(jobs("tick: {task: shop.tick, every: 5m}"))
        .contains(JobSpec.every("tick", Duration.ofMinutes(5), "shop.tick", "sluice"));
  }

  @Test
  void a_job_of_an_sql_task_goes_to_its_queue() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("sluice.yaml"),
            "tasks: {page.seen: {queue: pages, statement: x}}\n"
                + "scheduler: {jobs: {seen: {task: page.seen, every: 5m}}}");

    assertThat(Jobs.of("settings", SluiceSettings.load(file, Map.of())))
        .filteredOn(job -> job.name().equals("seen"))
        .extracting(JobSpec::queue)
        .containsExactly("pages");
  }

  @Test
  void a_job_of_a_task_of_sluices_own_goes_to_its_queue() throws IOException {
    JobSpec job = job("rebuild: {task: timelines.rebuild_all, cron: '@weekly'}");

    assertThat(job.queue()).isEqualTo("maintenance");
    assertThat(job("redrive: {task: sluice.redrive_transient, every: 1h}").queue())
        .isEqualTo("maintenance");
    assertThat(job("sweep: {task: sluice.sweep_outbox, every: 1h}").queue())
        .isEqualTo("maintenance");
    JobSpec mine = job("mine: {builtin: sluice.truncate_table, every: 1h, args: {table: clicks}}");
    assertThat(mine.task()).isEqualTo("sluice.truncate_table");
    assertThat(mine.queue()).isEqualTo("maintenance");
    assertThat(mine.kwargs()).isEqualTo(Map.of("table", "clicks"));
  }

  @Test
  void a_job_named_like_a_built_in_one_changes_what_is_given_and_nothing_else() throws IOException {
    JobSpec builtIn = BuiltInJobs.TRUNCATE_TIMELINES;

    assertThat(job(builtIn.name() + ": {every: 1h}"))
        .isEqualTo(
            JobSpec.every(builtIn.name(), Duration.ofHours(1), builtIn.task(), builtIn.queue())
                .kwargs(builtIn.kwargs())
                .misfire(builtIn.misfire())
                .jitter(builtIn.jitter())
                .overlap(builtIn.overlap())
                .timeout(builtIn.timeout()));
    assertThat(job(builtIn.name() + ": {enabled: false}")).isEqualTo(builtIn.enabled(false));
    assertThat(job(builtIn.name() + ": {zone: Asia/Tokyo, overlap: queue}"))
        .isEqualTo(builtIn.zone("Asia/Tokyo").overlap(OverlapPolicy.QUEUE));
    assertThat(job(builtIn.name() + ": ")).isEqualTo(builtIn);
    assertThat(jobs(builtIn.name() + ": {every: 1h}")).hasSize(BuiltInJobs.all().size());
  }

  @Test
  void an_argument_of_a_built_in_job_changes_alone() throws IOException {
    JobSpec builtIn = BuiltInJobs.TRUNCATE_TIMELINES;
    Map<String, Object> arguments = new HashMap<>(builtIn.kwargs());
    arguments.put("cap", 100);

    assertThat(job(builtIn.name() + ": {args: {cap: 100}}").kwargs()).isEqualTo(arguments);
  }

  @Test
  void the_arguments_of_every_built_in_job_are_those_of_its_task() {
    assertThat(BuiltInJobs.all())
        .allSatisfy(job -> assertThat(OwnTasks.queue(job.task())).contains(job.queue()))
        .allSatisfy(job -> assertThat(OwnTasks.problem(job.task(), job.kwargs())).isEmpty());
  }

  @Test
  void a_built_in_job_can_run_under_another_name_beside_the_first() throws IOException {
    JobSpec builtIn = BuiltInJobs.REDRIVE_TRANSIENT;
    List<JobSpec> jobs =
        jobs("mails: {builtin: " + builtIn.name() + ", every: 1h, args: {ratePerSecond: 1}}");

    assertThat(jobs).contains(builtIn).hasSize(BuiltInJobs.all().size() + 1);
    JobSpec mails = jobs.get(jobs.size() - 1);
    assertThat(mails.name()).isEqualTo("mails");
    assertThat(mails.task()).isEqualTo(builtIn.task());
    assertThat(mails.queue()).isEqualTo(builtIn.queue());
    assertThat(mails.every()).isEqualTo(Duration.ofHours(1));
    assertThat(mails.kwargs()).containsEntry("ratePerSecond", 1).containsAllEntriesOf(kept());
  }

  private static Map<String, Object> kept() {
    Map<String, Object> kept = new HashMap<>(BuiltInJobs.REDRIVE_TRANSIENT.kwargs());
    kept.remove("ratePerSecond");
    return kept;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a: {every: 5m} | scheduler.jobs.a: needs either task or builtin
          a: {task: t} | scheduler.jobs.a: needs either cron or every, and not both
          sluice.redrive_transeint: {every: 5m} | the built-in job is called sluice.redrive_transient
          a: {builtin: sluice.redrive} | builtin 'sluice.redrive' is no built-in job; there are
          a: {builtin: sluice.redrive_transeint} | did you mean sluice.redrive_transient?
          sluice.truncate_timelines: {args: {maxAgeDay: 7}} | args.maxAgeDay: unknown argument of sluice.truncate_timelines; did you mean maxAgeDays?
          sluice.truncate_timelines: {args: {maxAgeDays: 0}} | args: maxAgeDays must be at least 1, is 0
          sluice.truncate_timelines: {args: {maxAgeDays: long}} | args: maxAgeDays:
          timelines.recount: {args: {users: 7}} | args.users: unknown argument of timelines.recount, which takes none
          a: {task: "t t", every: 5m} | scheduler.jobs.a: task 't t' must be
          a: {task: t, cron: every now and then} | scheduler.jobs.a: cron 'every now and then' is not valid
          a: {task: t, cron: "61 * * * *"} | scheduler.jobs.a: cron '61 * * * *' is not valid: it has five fields, so it was read as plain cron
          a: {task: t, cron: "0 0 25 * * ?"} | scheduler.jobs.a: cron '0 0 25 * * ?' is not valid
          """)
  void a_job_that_cannot_be_is_named_with_the_reason(String yaml, String problem) {
    assertThatThrownBy(() -> jobs(yaml))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("settings: scheduler.jobs.")
        .hasMessageContaining(problem);
  }

  @Test
  void all_jobs_that_cannot_be_are_named_at_once() {
    assertThatThrownBy(() -> jobs("a: {task: t, cron: x}, b: {every: 5m}, c: {task: t, every: 1h}"))
        .hasMessageContaining("scheduler.jobs.a: cron 'x'")
        .hasMessageContaining("scheduler.jobs.b: needs either task or builtin");
  }

  private JobSpec job(String yaml) throws IOException {
    String name = yaml.substring(0, yaml.indexOf(':'));
    return jobs(yaml).stream().filter(job -> job.name().equals(name)).findFirst().orElseThrow();
  }

  private List<JobSpec> jobs(String yaml) throws IOException {
    Path file =
        Files.writeString(folder.resolve("sluice.yaml"), "scheduler: {jobs: {" + yaml + "}}");
    return Jobs.of("settings", SluiceSettings.load(file, Map.of()));
  }
}
