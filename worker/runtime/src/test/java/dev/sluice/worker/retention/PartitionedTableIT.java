package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables of an application that are parted by the age of their rows. */
class PartitionedTableIT {
  private static final Duration KEEP = Duration.ofDays(30);

  private TruncationFixture fixture;

  @BeforeEach
  void open() throws SQLException {
    fixture = TruncationFixture.server();
    // 30 days earlier: the 1st of March, noon.
    fixture.now = Instant.parse("2026-03-31T12:00:00Z");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Column, and how it is parted at three midnights. */
  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of(
            "DATETIME(3)",
            "RANGE COLUMNS (at)",
            new String[] {"'2026-02-28'", "'2026-03-01'", "'2026-03-02'"}),
        Arguments.of(
            "DATE",
            "RANGE COLUMNS (at)",
            new String[] {"'2026-02-28'", "'2026-03-01'", "'2026-03-02'"}),
        Arguments.of(
            "DATETIME",
            "RANGE (TO_DAYS(at))",
            new String[] {
              "TO_DAYS('2026-02-28')", "TO_DAYS('2026-03-01')", "TO_DAYS('2026-03-02')"
            }),
        Arguments.of(
            "TIMESTAMP",
            "RANGE (UNIX_TIMESTAMP(at))",
            new String[] {
              "UNIX_TIMESTAMP('2026-02-28')",
              "UNIX_TIMESTAMP('2026-03-01')",
              "UNIX_TIMESTAMP('2026-03-02')"
            }));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void partitions_that_are_old_as_a_whole_are_dropped_and_no_row_is_deleted(
      String type, String range, String[] bounds) throws Exception {
    create(type, range, bounds, true);
    // Of the day of which a part is kept, no row goes before all can.
    insert("2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02");

    TruncationReport report = fixture.run(retention());

    assertThat(fixture.column("SELECT DATE(at) FROM event ORDER BY at"))
        .containsExactly("2026-03-01", "2026-03-02");
    assertThat(partitions()).containsExactly("p2", "later");
    assertThat(report.behindSeconds()).isZero();
  }

  @Test
  void old_rows_in_a_partition_without_an_end_are_deleted() throws Exception {
    create("DATETIME(3)", "RANGE COLUMNS (at)", new String[] {"'2026-01-01'"}, true);
    insert("2025-12-31", "2026-02-01", "2026-02-28 23:59:59.999", "2026-03-01 12:00:00.000");

    fixture.run(retention());

    assertThat(partitions()).containsExactly("later");
    assertThat(fixture.column("SELECT CAST(at AS CHAR) FROM event"))
        .containsExactly("2026-03-01 12:00:00.000");
  }

  @Test
  void the_last_partition_is_never_dropped() throws Exception {
    create(
        "DATETIME(3)", "RANGE COLUMNS (at)", new String[] {"'2026-01-01'", "'2026-02-01'"}, false);
    insert("2025-12-31", "2026-01-31");

    fixture.run(retention());

    assertThat(partitions()).containsExactly("p1");
  }

  @Test
  void a_table_parted_by_something_else_loses_rows_alone() throws Exception {
    fixture.execute(
        "CREATE TABLE event (id INT NOT NULL, at DATETIME(3) NOT NULL, PRIMARY KEY (id))"
            + " PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (2),"
            + " PARTITION later VALUES LESS THAN MAXVALUE)");
    insert("2026-01-01", "2026-01-01", "2026-01-01", "2026-03-30");

    assertThat(fixture.run(retention()).rows()).isEqualTo(3);

    assertThat(partitions()).containsExactly("p0", "later");
    assertThat(fixture.column("SELECT id FROM event")).containsExactly("3");
  }

  @Test
  void it_gives_way_to_an_open_transaction_and_goes_on_when_that_has_ended() throws Exception {
    create("DATETIME(3)", "RANGE COLUMNS (at)", new String[] {"'2026-01-01'"}, true);
    insert("2025-12-31");
    RowCut cut = new RowCut(fixture.tools().target(retention(), fixture.database.dataSource()));
    try (Connection busy = fixture.database.dataSource().getConnection();
        Statement statement = busy.createStatement()) {
      busy.setAutoCommit(false);
      statement.execute("SELECT COUNT(*) FROM event");

      Cut.Piece piece = cut.next(fixture.now, null);

      // Not row by row either.
      assertThat(piece.position()).isNull();
      assertThat(piece.rows()).isZero();
      assertThat(piece.behind()).isPositive();
      assertThat(partitions()).containsExactly("p0", "later");
      busy.rollback();
    }
    fixture.run(retention());
    assertThat(partitions()).containsExactly("later");
  }

  private static Retention retention() {
    return Retention.of("event", "event", "at", KEEP);
  }

  private void create(String type, String range, String[] bounds, boolean endless)
      throws SQLException {
    StringBuilder partitions = new StringBuilder();
    for (int i = 0; i < bounds.length; i++) {
      partitions
          .append(i == 0 ? "" : ", ")
          .append("PARTITION p%d VALUES LESS THAN (%s)".formatted(i, bounds[i]));
    }
    if (endless) {
      partitions.append(", PARTITION later VALUES LESS THAN (MAXVALUE)");
    }
    fixture.execute(
        "CREATE TABLE event (id INT NOT NULL, at %s NOT NULL, PRIMARY KEY (id, at)) PARTITION BY %s (%s)"
            .formatted(type, range, partitions));
  }

  private void insert(String... times) throws SQLException {
    for (int i = 0; i < times.length; i++) {
      fixture.execute("INSERT INTO event VALUES (%d, '%s')".formatted(i, times[i]));
    }
  }

  private List<String> partitions() throws SQLException {
    return fixture.column(
        "SELECT partition_name FROM information_schema.partitions"
            + " WHERE table_schema = DATABASE() AND table_name = 'event'"
            + " ORDER BY partition_ordinal_position");
  }
}
