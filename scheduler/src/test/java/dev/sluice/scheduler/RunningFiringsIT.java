package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.database.Database;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a firing reads of a ledger in which many of its job were enqueued and nobody told the end.
 */
class RunningFiringsIT {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final JobSpec JOB =
      JobSpec.every("tick", Duration.ofSeconds(1), "t", "q").overlap(OverlapPolicy.SKIP);

  private TestDatabase tables;

  /** One connection, for the server counts what each has read. */
  @BeforeEach
  void open() throws Exception {
    Database database = Database.open(FreshDatabase.named("running").poolSize(1));
    database.migrate();
    tables = new TestDatabase(database);
  }

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void a_firing_reads_a_few_rows_however_many_ran_before() throws Exception {
    tables.jobs(NOW.minusSeconds(1), JOB);
    tables.update(
        "INSERT INTO sluice_job_firing (job, fire_time, origin, state, fired_at, enqueued_at)"
            + " SELECT 'tick', '2026-11-01' + INTERVAL seq SECOND, 'due', 'enqueued', '2026-11-01',"
            + " '2026-11-01' + INTERVAL seq SECOND FROM seq_1_to_5000");
    Firing firing =
        new Firing(tables.database().dataSource(), Topology.DEFAULT, InstantSource.fixed(NOW));
    long before = read();

    FiringRow fired = firing.fire("tick", NOW).orElseThrow();

    assertThat(fired.state()).isEqualTo(FiringState.ENQUEUED);
    assertThat(read() - before).isLessThan(50);
  }

  private long read() {
    return Long.parseLong(
        tables
            .query(
                "SELECT SUM(VARIABLE_VALUE) FROM information_schema.SESSION_STATUS"
                    + " WHERE VARIABLE_NAME IN ('HANDLER_READ_NEXT', 'HANDLER_READ_PREV')")
            .get(0)
            .replace(".0", ""));
  }
}
