package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.InboxKey;
import dev.sluice.task.TaskIds;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the inbox forgets, and what it must not. */
abstract class InboxTruncationContract {
  private TruncationFixture fixture;
  private Instant start;

  abstract TruncationFixture open() throws SQLException;

  @BeforeEach
  void openDatabase() throws SQLException {
    fixture = open();
    start = fixture.now;
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void ids_with_a_time_are_forgotten_after_the_retention_and_not_before() throws Exception {
    round();
    String old = TaskIds.next(start.minus(Duration.ofDays(30))).toString();
    String young = TaskIds.next(start).toString();
    String ahead = TaskIds.next(start.plus(Duration.ofDays(400))).toString();
    insert(old);
    insert(young);
    insert(ahead);

    round();
    assertThat(known(old)).isTrue();

    fixture.now = start.plus(Duration.ofDays(1));
    round();
    assertThat(known(old)).isFalse();
    assertThat(Inbox.tooOld(old, fixture.now)).isTrue();
    assertThat(known(young)).isTrue();
    assertThat(known(ahead)).isTrue();
  }

  @Test
  void ids_without_a_time_are_forgotten_by_their_own_time() throws Exception {
    for (int i = 0; i < 1_203; i++) {
      insert("order-" + i);
    }
    fixture.now = start.plus(Duration.ofDays(29));
    insert("young");

    fixture.now = start.plus(Duration.ofDays(31));
    TruncationReport report = fixture.run("inbox");

    assertThat(report.rows()).isEqualTo(1_203);
    assertThat(report.behindSeconds()).isZero();
    assertThat(known("order-0")).isFalse();
    assertThat(known("order-1202")).isFalse();
    assertThat(known("young")).isTrue();
  }

  private void round() throws Exception {
    fixture.run("inbox");
  }

  private void insert(String id) throws SQLException {
    try (Connection connection = fixture.database.dataSource().getConnection()) {
      assertThat(
              new Inbox(() -> fixture.now)
                  .insert(connection, InboxKey.of(id), InboxKind.DONE, null))
          .isTrue();
    }
  }

  private boolean known(String id) throws SQLException {
    try (Connection connection = fixture.database.dataSource().getConnection()) {
      return new Inbox(() -> fixture.now).find(connection, InboxKey.of(id)).isPresent();
    }
  }
}
