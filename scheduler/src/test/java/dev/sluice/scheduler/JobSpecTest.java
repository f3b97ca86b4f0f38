package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class JobSpecTest {
  private static final JobSpec JOB =
      JobSpec.cron("report", "0 0 6 * * ?", "reports.daily", "reports");

  @Test
  void every_default_is_pinned() {
    assertThat(JOB.zone()).isEqualTo("UTC");
    assertThat(JOB.misfire()).isEqualTo(MisfirePolicy.ONCE);
    assertThat(JOB.enabled()).isTrue();
    assertThat(JOB.kwargs()).isEmpty();
  }

  @Test
  void the_built_in_jobs_are_pinned() {
    assertThat(BuiltInJobs.all())
        .extracting(JobSpec::name, JobSpec::task, JobSpec::cron, JobSpec::every, JobSpec::kwargs)
        .containsExactly(
            tuple(
                "sluice.truncate_timelines",
                "sluice.truncate_timelines",
                "0 17 4 * * ?",
                null,
                Map.of("maxAgeDays", 30)),
            frequent("sluice.redrive_transient", 5),
            frequent("sluice.sweep_outbox", 10),
            frequent("sluice.rescue_long_tasks", 5),
            frequent("sluice.expire_keys", 10),
            tuple("timelines.recount", "timelines.recount", "0 43 3 ? * SUN", null, Map.of()),
            tuple(
                "sluice.truncate_tables", "sluice.truncate_table", "0 37 * * * ?", null, Map.of()));
  }

  @Test
  void no_built_in_job_overlaps_itself_and_only_the_rare_ones_make_up_for_what_was_missed() {
    for (JobSpec job : BuiltInJobs.all()) {
      boolean rare = job.cron() != null;
      assertThat(job.overlap()).as(job.name()).isEqualTo(OverlapPolicy.SKIP);
      assertThat(job.misfire()).isEqualTo(rare ? MisfirePolicy.ONCE : MisfirePolicy.SKIP);
      assertThat(job.queue()).isEqualTo("maintenance");
      assertThat(job.enabled()).isTrue();
      assertThat(job.jitter()).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(5));
      assertThat(job.timeout()).isEqualTo(rare ? Duration.ofDays(1) : Duration.ofHours(1));
    }
  }

  private static Tuple frequent(String name, int minutes) {
    return tuple(name, name, null, Duration.ofMinutes(minutes), Map.of());
  }

  @Test
  void an_invalid_cron_is_refused_with_the_name_of_the_job() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobSpec.cron("report", "17 24 * * *", "reports.daily", "reports"))
        .withMessageContaining("job 'report': cron '17 24 * * *' is not valid")
        .withMessageContaining("hour '24' is not 0 to 23");
  }

  @Test
  void an_unknown_zone_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JOB.zone("Europe/Atlantis"))
        .withMessageContaining("job 'report': zone 'Europe/Atlantis' is not known");
  }

  @Test
  void cron_and_every_together_are_refused_and_so_is_neither() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> timed("0 0 6 * * ?", Duration.ofHours(1)))
        .withMessageContaining("job 'report': has both cron and every");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> timed(null, null))
        .withMessageContaining("job 'report': has neither cron nor every");
  }

  @Test
  void an_interval_that_is_no_whole_number_of_seconds_is_refused() {
    for (Duration wrong :
        List.of(
            Duration.ZERO, Duration.ofSeconds(-5), Duration.ofMillis(1500), Duration.ofDays(367))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> timed(null, wrong))
          .withMessageContaining("job 'report': every must be whole seconds");
    }
  }

  @Test
  void two_jobs_with_one_name_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobSpecCheck.distinct(List.of(JOB, JOB.zone("Europe/Berlin"))))
        .withMessageContaining("job 'report': two jobs have this name");
  }

  @Test
  void names_that_do_not_fit_the_wire_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobSpec.cron("my report", "0 0 6 * * ?", "t", "q"))
        .withMessageContaining("job 'my report'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobSpec.cron("report", "0 0 6 * * ?", "a task", "q"))
        .withMessageContaining("job 'report': task 'a task'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobSpec.cron("report", "0 0 6 * * ?", "t", " "))
        .withMessageContaining("job 'report': queue is blank");
  }

  @Test
  void arguments_that_are_no_json_or_too_big_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JOB.kwargs(Map.of("stream", new SelfReference())))
        .withMessageContaining("job 'report': kwargs must be JSON values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JOB.kwargs(Map.of("text", "x".repeat(20_000))))
        .withMessageContaining("job 'report': kwargs have 20011 bytes");
  }

  @Test
  void arguments_may_be_given_as_a_json_object() {
    ObjectNode kwargs = JsonNodeFactory.instance.objectNode().put("top", 10).putNull("cap");
    Map<String, @Nullable Object> map = new HashMap<>();
    map.put("top", 10);
    map.put("cap", null);
    assertThat(JOB.kwargs(kwargs)).isEqualTo(JOB.kwargs(map));
  }

  @Test
  void a_job_that_is_never_due_again_is_refused() {
    JobSpec past = JobSpec.cron("report", "0 0 6 1 1 ? 2020", "reports.daily", "reports");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobSpecCheck.dueAgain(past, Instant.parse("2026-11-21T00:00:00Z")))
        .withMessageContaining("job 'report': cron '0 0 6 1 1 ? 2020' is never due again");
  }

  @Test
  void a_job_read_back_from_quartz_equals_itself() throws Exception {
    JobSpec job =
        JOB.kwargs(Map.of("limit", 5_000_000_000L, "share", 0.5, "ids", List.of(1, 2), "dry", true))
            .zone("Europe/Berlin")
            .misfire(MisfirePolicy.SKIP);
    assertThat(StoredJob.spec(StoredJob.detail(job))).isEqualTo(job);
    Map<String, @Nullable Object> withNull = new HashMap<>();
    withNull.put("cap", null);
    JobSpec interval = timed(null, Duration.ofSeconds(90)).kwargs(withNull);
    assertThat(StoredJob.spec(StoredJob.detail(interval))).isEqualTo(interval);
  }

  private static JobSpec timed(@Nullable String cron, @Nullable Duration every) {
    return new JobSpec(
        "report",
        "t",
        "q",
        Map.of(),
        cron,
        every,
        "UTC",
        MisfirePolicy.ONCE,
        Duration.ZERO,
        OverlapPolicy.ALLOW,
        JobSpec.DEFAULT_TIMEOUT,
        true);
  }

  /** Nothing that JSON could say. */
  public static final class SelfReference {
    public SelfReference getSelf() {
      return this;
    }
  }
}
