package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.outbox.SqlTimes;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.Step;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Exactly the rows that are older than their retention go, whatever the table is like. */
abstract class RetentionTruncationContract {
  private static final Duration KEEP = Duration.ofDays(30);
  private static final Duration DAY = Duration.ofDays(1);

  private TruncationFixture fixture;
  private Instant now;

  abstract TruncationFixture open() throws SQLException;

  @BeforeEach
  void openDatabase() throws SQLException {
    fixture = open();
    now = fixture.now;
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void by_an_index_on_the_age() throws Exception {
    fixture.execute(
        "CREATE TABLE clicks (id BIGINT PRIMARY KEY, seen_at DATETIME(3))",
        "CREATE INDEX clicks_seen ON clicks (seen_at)");
    fill("clicks");

    TruncationReport report = fixture.run(Retention.of("clicks", "clicks", "seen_at", KEEP));

    assertKept("clicks");
    assertThat(report.rows()).isEqualTo(300);
    assertThat(report.behindSeconds()).isZero();
  }

  @Test
  void along_the_primary_key_where_the_age_has_no_index() throws Exception {
    fixture.execute("CREATE TABLE clicks (id BIGINT PRIMARY KEY, seen_at DATETIME(3))");
    fill("clicks");

    TruncationReport report = fixture.run(Retention.of("clicks", "clicks", "seen_at", KEEP));

    assertKept("clicks");
    assertThat(report.rows()).isEqualTo(300);
  }

  @Test
  void along_a_primary_key_of_several_columns() throws Exception {
    fixture.execute(
        "CREATE TABLE seen (shop VARCHAR(20), seen_on DATE, id BINARY(2), seen_at DATETIME(3) NOT NULL,"
            + " PRIMARY KEY (shop, seen_on, id))");
    for (int i = 0; i < 900; i++) {
      Instant at = i % 3 == 0 ? now.minus(KEEP).minusMillis(1) : now.minus(KEEP);
      fixture.execute(
          "INSERT INTO seen VALUES ('shop %d', '2026-01-%02d', X'%04X', '%s')"
              .formatted(i % 7, 1 + i % 11, i, SqlTimes.text(at)));
    }

    TruncationReport report =
        fixture.run(
            Retention.of("seen", "seen", "seen_at", KEEP).batch(BatchLimits.DEFAULTS.rows(7)));

    assertThat(report.rows()).isEqualTo(300);
    assertThat(fixture.count("SELECT COUNT(*) FROM seen")).isEqualTo(600);
    assertThat(
            fixture.count(
                "SELECT COUNT(*) FROM seen WHERE seen_at < '"
                    + SqlTimes.text(now.minus(KEEP))
                    + "'"))
        .isZero();
  }

  @Test
  void whatever_table_and_columns_are_called() throws Exception {
    String table = fixture.quoted("100% `odd` \"name\"_");
    String key = fixture.quoted("or`der\"");
    String age = fixture.quoted("select");
    fixture.execute(
        "CREATE TABLE %s (%s INT PRIMARY KEY, %s DATETIME)".formatted(table, key, age),
        "INSERT INTO %s VALUES (1, '2020-01-01 00:00:00'), (2, NULL)".formatted(table));

    fixture.run(Retention.of("odd", "100% `odd` \"name\"_", "select", KEEP));

    assertThat(fixture.column("SELECT %s FROM %s".formatted(key, table))).containsExactly("2");
  }

  @Test
  void by_a_number_of_seconds_or_milliseconds() throws Exception {
    fixture.execute(
        "CREATE TABLE s (id INT PRIMARY KEY, t INT)",
        "CREATE TABLE m (id INT PRIMARY KEY, t BIGINT)",
        "CREATE INDEX m_t ON m (t)");
    long limit = now.minus(KEEP).getEpochSecond();
    fixture.execute(
        "INSERT INTO s VALUES (1, %d), (2, %d), (3, NULL)".formatted(limit - 1, limit),
        "INSERT INTO m VALUES (1, %d), (2, %d)".formatted(limit * 1000 - 1, limit * 1000));

    fixture.run(Retention.of("s", "s", "t", KEEP).unit(AgeUnit.SECONDS));
    fixture.run(Retention.of("m", "m", "t", KEEP).unit(AgeUnit.MILLIS));

    assertThat(fixture.column("SELECT id FROM s ORDER BY id")).containsExactly("2", "3");
    assertThat(fixture.column("SELECT id FROM m")).containsExactly("2");
  }

  @Test
  void a_day_is_old_once_it_is_over_in_UTC() throws Exception {
    fixture.execute("CREATE TABLE days (seen_on DATE PRIMARY KEY)");
    fixture.execute("INSERT INTO days VALUES ('2026-03-28'), ('2026-03-29'), ('2026-03-30')");
    Retention retention = Retention.of("days", "days", "seen_on", DAY);

    // In Berlin the 29th has 23 hours, and is over two hours earlier.
    fixture.now = Instant.parse("2026-03-30T23:59:59.999Z");
    fixture.run(retention);
    assertThat(fixture.column("SELECT seen_on FROM days ORDER BY seen_on"))
        .containsExactly("2026-03-29", "2026-03-30");

    fixture.now = Instant.parse("2026-03-31T00:00:00Z");
    fixture.run(retention);
    assertThat(fixture.column("SELECT seen_on FROM days")).containsExactly("2026-03-30");
  }

  @Test
  void rows_that_come_or_become_young_meanwhile_are_not_touched() throws Exception {
    fixture.execute(
        "CREATE TABLE clicks (id BIGINT PRIMARY KEY, seen_at DATETIME(3))",
        "CREATE INDEX clicks_seen ON clicks (seen_at)");
    fill("clicks");
    Retention retention =
        Retention.of("clicks", "clicks", "seen_at", KEEP).batch(BatchLimits.DEFAULTS.rows(20));
    // The oldest of all: found first, then written anew before the deletion.
    RacingDatabase database =
        new RacingDatabase(
            fixture.database.dataSource(),
            () ->
                fixture.execute(
                    "UPDATE clicks SET seen_at = '%s' WHERE id = 897".formatted(SqlTimes.text(now)),
                    "INSERT INTO clicks VALUES (5000, '%s')".formatted(SqlTimes.text(now))));

    TruncationReport report =
        fixture.run(fixture.truncation(database.dataSource(), retention), "clicks");

    assertThat(report.rows()).isEqualTo(299);
    assertThat(
            fixture.column("SELECT id FROM clicks WHERE MOD(id, 3) = 0 OR id >= 900 ORDER BY id"))
        .containsExactly("897", "5000");
  }

  @Test
  void a_run_goes_on_where_another_worker_stopped() throws Exception {
    fixture.execute("CREATE TABLE clicks (id BIGINT PRIMARY KEY, seen_at DATETIME(3))");
    fill("clicks");
    Retention retention =
        Retention.of("clicks", "clicks", "seen_at", KEEP).batch(BatchLimits.DEFAULTS.rows(10));
    TruncationRun.Payload payload = new TruncationRun.Payload("clicks@main");
    TableTruncation killed = fixture.truncation(slowed(), retention);
    Slice slice = fixture.begin(killed, payload);
    Step step = killed.run().step(payload, slice);
    long afterOne = fixture.count("SELECT COUNT(*) FROM clicks");
    assertThat(step.position()).isNotNull();
    assertThat(afterOne).isBetween(601L, 899L);

    // The second step is done and its position lost.
    killed.run().step(payload, new Slice(step.position(), slice.upTo()));
    TableTruncation next = fixture.truncation(retention);
    String position = step.position();
    while (position != null) {
      step = next.run().step(payload, new Slice(position, slice.upTo()));
      position = step.position();
    }

    assertKept("clicks");
    assertThat(((TruncationReport) step.result()).rows()).isLessThan(300);
  }

  @Test
  void dead_tasks_go_by_their_state() throws Exception {
    Instant old = now.minus(Duration.ofDays(31));
    Instant older = now.minus(Duration.ofDays(91));
    dead("waits", "DEAD", old, old);
    dead("waited long", "DEAD", older, older);
    dead("redriven", "REDRIVEN", older, old);
    dead("discarded of late", "DISCARDED", older, now.minus(DAY));
    dead("applied", "APPLIED", older, older);

    assertThat(fixture.run("dead_tasks").rows()).isEqualTo(3);

    assertThat(fixture.column("SELECT task_id FROM sluice_dead_task ORDER BY id"))
        .containsExactly("waits", "discarded of late");
  }

  @Test
  void marks_and_corrections_go_and_what_is_parked_in_the_outbox_stays() throws Exception {
    Instant old = now.minus(Duration.ofDays(91));
    fixture.execute(
        "INSERT INTO sluice_attempt_mark VALUES (X'%032X', 1, '%s'), (X'%032X', 1, '%s')"
            .formatted(1, SqlTimes.text(old), 2, SqlTimes.text(now)),
        "INSERT INTO sluice_counter_correction (recount, user_id, counter, was, is_now, at)"
            + " VALUES ('r', 1, 'posts', 1, 2, '%s'), ('r', 2, 'posts', 1, 2, '%s')"
                .formatted(SqlTimes.text(old), SqlTimes.text(now)),
        "INSERT INTO sluice_outbox (queue, message, created_at, not_before, parked_reason)"
            + " VALUES ('q', '', '%s', '9999-12-31 23:59:59', 'no such queue')"
                .formatted(SqlTimes.text(old)));

    for (String table : fixture.truncation().tables()) {
      fixture.run(table);
    }

    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_attempt_mark")).isOne();
    assertThat(fixture.count("SELECT user_id FROM sluice_counter_correction")).isEqualTo(2);
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_outbox")).isOne();
  }

  @Test
  void the_ledger_of_firings_is_kept_for_90_days() throws Exception {
    fixture.now = now.minus(Duration.ofDays(90));
    fixture.run("firings");
    firing(fixture.now);
    firing(now);
    fixture.now = now;
    fixture.run("firings");
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_job_firing")).isEqualTo(2);

    // A day goes when it is over as a whole.
    fixture.now = now.plus(DAY);
    fixture.run("firings");
    assertThat(fixture.column("SELECT fire_time FROM sluice_job_firing").toString())
        .contains(SqlTimes.text(now).substring(0, 10));
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_job_firing")).isOne();
  }

  @Test
  void a_firing_that_is_queued_outlives_the_retention() throws Exception {
    fixture.now = now.minus(Duration.ofDays(90));
    fixture.run("firings");
    firing(fixture.now);
    fixture.execute("UPDATE sluice_job_firing SET state = 'queued'");
    fixture.now = now.plus(DAY);
    fixture.run("firings");
    assertThat(fixture.column("SELECT state FROM sluice_job_firing")).containsExactly("queued");

    fixture.execute("UPDATE sluice_job_firing SET state = 'completed'");
    fixture.run("firings");
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_job_firing")).isZero();
  }

  @Test
  void what_the_ledger_has_forgotten_is_not_made_up_for() throws Exception {
    job("yearly", now.minus(Duration.ofDays(400)));
    job("new", now.minus(DAY));

    fixture.run("firings");

    assertThat(fixture.column("SELECT since FROM sluice_job ORDER BY name").toString())
        .contains(
            SqlTimes.text(now.minus(DAY)).substring(0, 16),
            SqlTimes.text(now.minus(Duration.ofDays(90))).substring(0, 16));
  }

  /** 900 rows, of which every third is older than the retention by a millisecond or more. */
  private void fill(String table) throws SQLException {
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < 900; i++) {
      Instant limit = now.minus(KEEP);
      Instant at = i % 3 == 0 ? limit.minusMillis(1 + i) : limit.plusMillis(i % 2);
      values.append(i == 0 ? "" : ", ");
      values.append("(%d, '%s')".formatted(i, SqlTimes.text(at)));
    }
    fixture.execute("INSERT INTO " + table + " VALUES " + values);
  }

  private void assertKept(String table) throws SQLException {
    assertThat(fixture.count("SELECT COUNT(*) FROM " + table)).isEqualTo(600);
    assertThat(fixture.count("SELECT COUNT(*) FROM " + table + " WHERE MOD(id, 3) = 0")).isZero();
  }

  /** A database whose truncation makes one batch a step. */
  private javax.sql.DataSource slowed() {
    return new SlowDatabase(fixture, Duration.ofSeconds(1)).dataSource();
  }

  private void dead(String task, String state, Instant died, Instant settled) throws SQLException {
    fixture.execute(
        "INSERT INTO sluice_dead_task (task_key, redrive, task_id, queue, reason, detail, transient,"
            + " attempts, dead_at, state, state_at, message, clipped)"
            + " VALUES (X'%064X', 0, '%s', 'q', 'r', 'd', FALSE, 1, '%s', '%s', '%s', '', FALSE)"
                .formatted(
                    task.hashCode() & 0xFFFF,
                    task,
                    SqlTimes.text(died),
                    state,
                    SqlTimes.text(settled)));
  }

  private void job(String name, Instant since) throws SQLException {
    fixture.execute(
        "INSERT INTO sluice_job"
            + " (name, source, spec, paused, since, revision, applied, changed_at)"
            + " VALUES ('%1$s', 'dynamic', '{}', FALSE, '%2$s', 1, 1, '%2$s')"
                .formatted(name, SqlTimes.text(since)));
  }

  private void firing(Instant at) throws SQLException {
    fixture.execute(
        "INSERT INTO sluice_job_firing (job, fire_time, origin, state, fired_at)"
            + " VALUES ('nightly', '%1$s', 'due', 'completed', '%1$s')"
                .formatted(SqlTimes.text(at)));
  }
}
