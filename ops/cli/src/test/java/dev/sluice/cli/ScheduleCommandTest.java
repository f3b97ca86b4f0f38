package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Cli.Ran;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.outbox.OutboxStats;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.Scheduler;
import dev.sluice.scheduler.SchedulerOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ScheduleCommandTest {
  @TempDir Path folder;
  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
  private final Database database = Database.open(DatabaseOptions.of(url));
  private Cli cli;

  @BeforeEach
  void open() {
    cli =
        new Cli(
            folder, Map.of("SLUICE_BROKER_URL", "amqp://localhost", "SLUICE_DATABASE_URL", url));
  }

  @AfterEach
  void stop() {
    cli.close();
    database.close();
  }

  @Test
  void a_database_that_no_scheduler_has_used_says_where_jobs_come_from() {
    Ran list = cli.run("schedule", "list");
    assertThat(list.status()).as(list.err()).isZero();
    assertThat(list.out()).isEmpty();
    assertThat(list.err()).contains("knows no job yet", "sluice scheduler", "sluice schedule add");

    Ran run = cli.run("schedule", "run", "report");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("there is no job 'report'", "sluice scheduler");
  }

  @Test
  void the_list_shows_what_is_due_and_what_came_of_the_newest_firing() {
    configured();
    cli.run("schedule", "run", "report");

    Ran ran = cli.run("schedule", "list");

    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.err()).contains("database jdbc:h2:mem:");
    assertThat(ran.out())
        .contains("JOB", "STATE", "DUE", "NEXT", "LAST", "OPEN")
        .containsPattern("report +active +0 30 3 \\* \\* \\? Europe/Berlin +2[0-9-]+T")
        .contains("reports.nightly", "maintenance", "enqueued 2");
  }

  @Test
  void the_list_is_json_on_demand_with_a_summary_at_its_end() {
    configured();
    cli.run("schedule", "pause", "report");

    List<JsonNode> lines = lines(cli.run("schedule", "list", "--json"));

    assertThat(lines).hasSize(3);
    JsonNode report = lines.get(0);
    assertThat(report.get("job").stringValue()).isEqualTo("report");
    assertThat(report.get("source").stringValue()).isEqualTo("configured");
    assertThat(report.get("state").stringValue()).isEqualTo("paused");
    assertThat(report.get("cron").stringValue()).isEqualTo("0 30 3 * * ?");
    assertThat(report.get("zone").stringValue()).isEqualTo("Europe/Berlin");
    assertThat(report.get("args").get("format").stringValue()).isEqualTo("pdf");
    assertThat(report.get("misfire").stringValue()).isEqualTo("once");
    assertThat(report.get("overlap").stringValue()).isEqualTo("allow");
    assertThat(report.get("jitter").stringValue()).isEqualTo("0s");
    assertThat(report.get("timeout").stringValue()).isEqualTo("1d");
    assertThat(report.get("next").isNull()).isTrue();
    assertThat(report.get("last").isNull()).isTrue();
    assertThat(lines.get(1).get("every").stringValue()).isEqualTo("1h");
    assertThat(lines.get(2))
        .isEqualTo(
            Json.MAPPER.readTree("{\"jobs\": 2, \"active\": 1, \"paused\": 1, \"disabled\": 0}"));
  }

  @Test
  void the_next_instants_are_told_also_in_the_jobs_own_zone() {
    configured();

    Ran ran = cli.run("schedule", "next", "report", "--count", "2");

    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.out().lines())
        .hasSize(2)
        .allSatisfy(
            line -> assertThat(line).matches("\\S+T0[12]:30:00Z  \\S+T03:30.*\\[Europe/Berlin\\]"));
    JsonNode json = lines(cli.run("schedule", "next", "report", "--json")).get(0);
    assertThat(json.get("next")).hasSize(3);
    assertThat(json.get("state").stringValue()).isEqualTo("active");
    assertThat(cli.run("schedule", "next", "report", "--count", "0").status()).isEqualTo(2);
  }

  @Test
  void a_run_enqueues_the_task_now_also_of_a_paused_job() throws SQLException {
    configured();
    cli.run("schedule", "pause", "report");

    Ran ran = cli.run("schedule", "run", "report", "--json");

    JsonNode fired = lines(ran).get(0);
    assertThat(ran.status()).isZero();
    assertThat(fired.get("origin").stringValue()).isEqualTo("run_now");
    assertThat(fired.get("state").stringValue()).isEqualTo("enqueued");
    assertThat(waiting()).isEqualTo(1);
    assertThat(cli.run("schedule", "run", "report").out())
        .contains("job report fired at 2", ", task ");
    assertThat(cli.run("schedule", "firings", "report").out())
        .contains(fired.get("task_id").stringValue(), "run_now", "enqueued");
  }

  @Test
  void a_paused_job_fires_again_when_it_is_resumed() {
    configured();

    assertThat(cli.run("schedule", "pause", "report", "tick").out())
        .contains("paused 2, unchanged 0");
    Ran again = cli.run("schedule", "pause", "report");
    assertThat(again.status()).isZero();
    assertThat(again.out()).contains("paused 0, unchanged 1");
    assertThat(again.err()).contains("job report was paused already");
    assertThat(cli.run("schedule", "next", "report").err()).contains("job report is paused");

    JsonNode resumed = lines(cli.run("schedule", "resume", "report", "--json")).get(0);

    assertThat(resumed)
        .isEqualTo(Json.MAPPER.readTree("{\"resumed\": [\"report\"], \"unchanged\": []}"));
    assertThat(cli.run("schedule", "next", "report").out()).isNotEmpty();
  }

  @Test
  void an_unknown_job_is_refused_with_the_nearest_name_and_nothing_is_done() throws SQLException {
    configured();
    for (String command :
        List.of(
            "run", "pause", "resume", "remove", "next", "firings", "backfill --from 2026-01-01")) {
      Ran ran = cli.run(("schedule " + command + " reprot").split(" "));

      assertThat(ran.status()).as(command).isEqualTo(1);
      assertThat(ran.err()).contains("there is no job 'reprot'", "did you mean 'report'?");
      assertThat(ran.out()).isEmpty();
    }
    assertThat(waiting()).isZero();
  }

  @Test
  void of_several_jobs_none_is_changed_when_one_is_unknown() {
    configured();

    assertThat(cli.run("schedule", "pause", "report", "tock").status()).isEqualTo(1);

    assertThat(lines(cli.run("schedule", "list", "--json")).get(0).get("paused").booleanValue())
        .isFalse();
  }

  @Test
  void a_backfill_fires_each_missing_instant_once() throws SQLException {
    configured();
    Instant to = Instant.now().truncatedTo(ChronoUnit.HOURS);
    String from = to.minus(Duration.ofHours(5)).toString();
    String[] command = {"schedule", "backfill", "tick", "--from", from, "--to", to.toString()};

    assertThat(cli.run(with(command, "--dry-run")).out()).contains("would fire 5");
    assertThat(waiting()).isZero();

    Ran two = cli.run(with(command, "--limit", "2"));
    assertThat(two.out()).contains("fired 2, " + from);
    assertThat(two.err()).contains("go on with --from " + to.minus(Duration.ofHours(3)));

    JsonNode rest = lines(cli.run(with(command, "--json"))).get(0);
    assertThat(rest.get("fired").intValue()).isEqualTo(3);
    assertThat(rest.get("present").intValue()).isEqualTo(2);
    assertThat(rest.get("next").isNull()).isTrue();
    assertThat(waiting()).isEqualTo(5);
    assertThat(cli.run(command).out()).contains("fired 0; 5 in the ledger already");
    assertThat(lines(cli.run("schedule", "firings", "tick", "--json")))
        .hasSize(5)
        .allSatisfy(firing -> assertThat(firing.get("origin").stringValue()).isEqualTo("backfill"));
  }

  @Test
  void times_without_a_zone_are_of_the_jobs_own_zone() {
    configured();

    Ran ran =
        cli.run(
            "schedule",
            "backfill",
            "report",
            "--from",
            "2026-01-31",
            "--to",
            "2026-02-01 03:30",
            "--beyond-ledger",
            "--dry-run");

    assertThat(ran.out()).as(ran.err()).contains("would fire 1, 2026-01-31T02:30:00Z");
  }

  @Test
  void a_backfill_of_what_the_ledger_has_forgotten_must_be_asked_for() throws SQLException {
    configured();
    Instant now = Instant.now();
    String from = now.minus(Duration.ofDays(91)).toString();
    String to = now.minus(Duration.ofDays(90)).toString();
    String[] command = {"schedule", "backfill", "report", "--from", from, "--to", to};

    Ran refused = cli.run(command);
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("retention.firings", "--beyond-ledger");
    assertThat(waiting()).isZero();

    assertThat(cli.run(with(command, "--beyond-ledger")).out()).contains("fired 1");
    assertThat(waiting()).isEqualTo(1);
  }

  @Test
  void a_range_that_is_none_is_wrong_usage() throws SQLException {
    configured();
    Map<String, String> problems =
        Map.of(
            "--from 2026-02-01 --to 2026-01-01", "is not before --to",
            "--from 2026-02-01 --to 2026-02-01", "is not before --to",
            "--from yesterday", "--from 'yesterday' is no time: write 2026-01-31T12:00:00Z",
            "--from 2026-02-01 --to 2126-01-01", "is still to come",
            "--from 2026-02-01 --limit 0", "--limit must be at least 1, is 0",
            "--to 2026-01-01", "Missing required option: '--from=TIME'");

    problems.forEach(
        (range, problem) -> {
          Ran ran = cli.run(("schedule backfill report " + range).split(" "));
          assertThat(ran.status()).as(range).isEqualTo(2);
          assertThat(ran.err()).as(range).contains(problem);
        });

    assertThat(waiting()).isZero();
  }

  @Test
  void a_job_that_was_added_is_fired_changed_and_removed() {
    String[] add = {"schedule", "add", "report", "--task", "reports.nightly"};

    Ran added =
        cli.run(
            with(
                add,
                "--cron",
                "0 30 3 * * ?",
                "--zone",
                "Europe/Berlin",
                "--args",
                "{\"format\": \"pdf\"}",
                "--overlap",
                "skip",
                "--jitter",
                "10m"));

    assertThat(added.status()).as(added.err()).isZero();
    assertThat(added.out())
        .matches("(?s)job report \\(.*Europe/Berlin\\), next at .*, .*, .* Europe/Berlin\\)\\s");
    assertThat(cli.run("schedule", "run", "report").status()).isZero();
    JsonNode changed = lines(cli.run(with(add, "--every", "2h", "--json"))).get(0);
    assertThat(changed.get("source").stringValue()).isEqualTo("dynamic");
    assertThat(changed.get("every").stringValue()).isEqualTo("2h");
    assertThat(changed.get("overlap").stringValue()).isEqualTo("allow");
    assertThat(changed.get("queue").stringValue()).isEqualTo("sluice");
    assertThat(cli.run("schedule", "remove", "report").out()).contains("removed 1");
    assertThat(lines(cli.run("schedule", "list", "--json")).get(0).get("jobs").intValue()).isZero();
  }

  @Test
  void a_copy_of_a_built_in_job_can_be_added() {
    Ran ran =
        cli.run(
            "schedule",
            "add",
            "mails",
            "--builtin",
            "sluice.redrive_transient",
            "--every",
            "1h",
            "--json");

    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(lines(ran).get(0).get("task").stringValue()).isEqualTo("sluice.redrive_transient");
    assertThat(lines(ran).get(0).get("queue").stringValue()).isEqualTo("maintenance");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a --every 5m | job 'a': needs either task or builtin
          a --task t | job 'a': needs either cron or every, and not both
          a --task t --every 5m --cron @daily | job 'a': needs either cron or every, and not both
          a --task t --every 100ms | every must be whole seconds
          a --task t --every soon | 'soon' is no duration
          a --task t --cron x | job 'a': cron 'x' is not valid
          a --task t --cron @daily --zone Mars | zone 'Mars' is not known
          a --task t --every 5m --args [1] | --args must be a JSON object
          a --task t --every 5m --args { | --args is no JSON
          a --task t --every 5m --misfire never | Invalid value for option '--misfire'
          a/b --task t --every 5m | job 'a/b': the name may have
          """)
  void a_job_that_cannot_be_is_wrong_usage_before_a_database_is_opened(
      String words, String problem) {
    Ran ran = cli.run(with(("schedule add " + words).split(" ")));

    assertThat(ran.status()).as(ran.err()).isEqualTo(2);
    assertThat(ran.err()).contains(problem).doesNotContain("database jdbc");
  }

  @Test
  void a_job_of_the_configuration_is_neither_changed_nor_removed() {
    configured();

    Ran add = cli.run("schedule", "add", "report", "--task", "t", "--every", "5m");
    assertThat(add.status()).isEqualTo(1);
    assertThat(add.err()).contains("report", "configuration");
    Ran remove = cli.run("schedule", "remove", "report");
    assertThat(remove.status()).isEqualTo(1);
    assertThat(remove.err()).contains("job report is configured", "sluice.yaml");
    assertThat(lines(cli.run("schedule", "list", "--json"))).hasSize(3);
  }

  /** As a scheduler leaves it that was started with two jobs. */
  private void configured() {
    database.migrate();
    JobSpec report =
        JobSpec.cron("report", "0 30 3 * * ?", "reports.nightly", "maintenance")
            .zone("Europe/Berlin")
            .kwargs(Map.of("format", "pdf"));
    JobSpec tick = JobSpec.every("tick", Duration.ofHours(1), "shop.tick", "ticks");
    try (Scheduler scheduler =
        Scheduler.open(SchedulerOptions.of(database, cli.broker, List.of(report, tick)))) {
      scheduler.start();
    }
  }

  /** Tasks that wait in the outbox. */
  private int waiting() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return OutboxStats.read(connection).waiting();
    }
  }

  private static List<JsonNode> lines(Ran ran) {
    return ran.out().lines().map(Json.MAPPER::readTree).toList();
  }

  private static String[] with(String[] words, String... more) {
    String[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return all;
  }
}
