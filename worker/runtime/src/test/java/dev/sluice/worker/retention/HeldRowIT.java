package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody else holds a row that is to go. */
class HeldRowIT {
  private static final Retention RETENTION =
      Retention.of("clicks", "clicks", "seen_at", Duration.ofDays(1));

  private TruncationFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = TruncationFixture.server();
    fixture.execute(
        "CREATE TABLE clicks (id INT PRIMARY KEY, seen_at DATETIME NOT NULL, INDEX (seen_at))",
        "INSERT INTO clicks SELECT seq, '2020-01-01' + INTERVAL seq SECOND FROM seq_1_to_5000");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void it_waits_with_smaller_batches_and_goes_on_when_the_row_is_free() throws Exception {
    RowCut cut = new RowCut(fixture.tools().target(RETENTION, fixture.database.dataSource()));
    String position = cut.next(fixture.now, null).position();
    try (Connection busy = fixture.database.dataSource().getConnection();
        Statement statement = busy.createStatement()) {
      busy.setAutoCommit(false);
      statement.execute("SELECT * FROM clicks WHERE id = 60 FOR UPDATE");

      Cut.Piece held = cut.next(fixture.now, position);

      assertThat(held.position()).isEqualTo(position);
      assertThat(held.rows()).isZero();
      assertThat(held.rest()).isPositive();
      assertThat(fixture.count("SELECT COUNT(*) FROM clicks")).isEqualTo(5000);
      // The next batch has half as many rows, and ends before the one that is held.
      assertThat(cut.next(fixture.now, position).rows()).isEqualTo(50);
      busy.rollback();
    }

    fixture.run(RETENTION);
    assertThat(fixture.count("SELECT COUNT(*) FROM clicks")).isZero();
  }
}
