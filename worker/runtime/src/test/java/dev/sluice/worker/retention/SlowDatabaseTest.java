package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the truncation does while its database is slow, by the clock of the test. */
class SlowDatabaseTest {
  private static final Retention RETENTION =
      Retention.of("clicks", "clicks", "seen_at", Duration.ofDays(1))
          .batch(new BatchLimits(200, Duration.ofMillis(50), 1));

  private final TruncationFixture fixture = TruncationFixture.h2();
  private final SlowDatabase slow = new SlowDatabase(fixture, Duration.ofMillis(5));
  private final RowCut cut = new RowCut(fixture.tools().target(RETENTION, slow.dataSource()));
  private String position = "";

  @BeforeEach
  void fill() throws Exception {
    fixture.execute(
        "CREATE TABLE clicks (id BIGINT PRIMARY KEY, seen_at DATETIME(3))",
        "CREATE INDEX clicks_seen ON clicks (seen_at)",
        "INSERT INTO clicks SELECT x, '2020-01-01 00:00:00.000' FROM SYSTEM_RANGE(1, 10000)");
    position = cut.next(fixture.now, null).position();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void the_batch_shrinks_and_grows_back() throws Exception {
    pieces(20);
    assertThat(last()).isEqualTo(200);

    slow.deletionsTake(Duration.ofMillis(300));
    pieces(10);
    assertThat(last()).isEqualTo(BatchPace.SMALLEST);

    slow.deletionsTake(Duration.ofMillis(5));
    pieces(20);
    assertThat(last()).isEqualTo(200);
  }

  @Test
  void it_leaves_the_database_alone_for_longer() throws Exception {
    assertThat(cut.next(fixture.now, position).rest()).isEqualTo(Duration.ofMillis(5));
    slow.deletionsTake(Duration.ofMillis(300));
    assertThat(cut.next(fixture.now, position).rest()).isEqualTo(Duration.ofMillis(1200));
  }

  @Test
  void a_step_ends_after_the_batch_in_which_its_time_was_up() throws Exception {
    TableTruncation truncation = fixture.truncation(slow.dataSource(), RETENTION);
    slow.deletionsTake(Duration.ofMillis(300));
    TruncationRun.Payload payload = new TruncationRun.Payload("clicks@main");

    truncation.run().step(payload, fixture.begin(truncation, payload));

    assertThat(slow.batches).hasSize(2);
  }

  private void pieces(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      position = cut.next(fixture.now, position).position();
    }
  }

  private int last() {
    List<Integer> batches = slow.batches;
    return batches.get(batches.size() - 1);
  }
}
