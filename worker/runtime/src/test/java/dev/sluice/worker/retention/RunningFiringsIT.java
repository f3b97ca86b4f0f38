package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.outbox.SqlTimes;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A day of the ledger that has a firing whose task runs is not dropped, however old the day is. */
class RunningFiringsIT {
  private TruncationFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = TruncationFixture.server();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void a_firing_that_was_queued_past_the_retention_stays_until_its_task_is_over() throws Exception {
    Instant now = fixture.now;
    Instant due = now.minus(Duration.ofDays(100));
    fixture.now = due;
    fixture.run("firings");
    fixture.execute(
        "INSERT INTO sluice_job_firing (job, fire_time, origin, state, fired_at, enqueued_at)"
            + " VALUES ('nightly', '%1$s', 'backfill', 'enqueued', '%2$s', '%2$s')"
                .formatted(SqlTimes.text(due), SqlTimes.text(now.minus(Duration.ofHours(1)))));

    fixture.now = now;
    fixture.run("firings");
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_job_firing")).isOne();

    fixture.now = now.plus(Duration.ofDays(2));
    fixture.run("firings");
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_job_firing")).isZero();
  }
}
