package dev.sluice.worker.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.database.Database;
import dev.sluice.task.InboxKey;
import dev.sluice.task.TaskIds;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the inbox forgets, and what it must not. */
abstract class InboxTruncationContract {
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.DAYS);
  private Database database;
  private Instant now = start;
  private InboxTruncation truncation;

  abstract Database open() throws SQLException;

  @BeforeEach
  void openDatabase() throws SQLException {
    database = open();
    database.migrate();
    try (Connection connection = database.dataSource().getConnection();
        Statement delete = connection.createStatement()) {
      delete.execute("DELETE FROM sluice_inbox");
    }
    truncation = new InboxTruncation(database.dataSource(), () -> now);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void ids_with_a_time_are_forgotten_after_the_retention_and_not_before() throws SQLException {
    round();
    String old = TaskIds.next(start.minus(Duration.ofDays(30))).toString();
    String young = TaskIds.next(start).toString();
    String ahead = TaskIds.next(start.plus(Duration.ofDays(400))).toString();
    insert(old);
    insert(young);
    insert(ahead);

    round();
    assertThat(known(old)).isTrue();

    now = start.plus(Duration.ofDays(1));
    round();
    assertThat(known(old)).isFalse();
    assertThat(Inbox.tooOld(old, now)).isTrue();
    assertThat(known(young)).isTrue();
    assertThat(known(ahead)).isTrue();
  }

  @Test
  void ids_without_a_time_are_forgotten_page_by_page() throws SQLException {
    for (int i = 0; i < 1_203; i++) {
      insert("order-" + i);
    }
    now = start.plus(Duration.ofDays(29));
    insert("young");

    now = start.plus(Duration.ofDays(31));
    int pages = round();

    assertThat(pages).isEqualTo(3);
    assertThat(known("order-0")).isFalse();
    assertThat(known("order-1202")).isFalse();
    assertThat(known("young")).isTrue();
  }

  /** Runs until nothing is left to do for now; returns in how many steps. */
  private int round() throws SQLException {
    int steps = 1;
    while (truncation.runOnce().compareTo(Duration.ofMinutes(1)) < 0) {
      steps++;
    }
    return steps;
  }

  private void insert(String id) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      assertThat(new Inbox(() -> now).insert(connection, InboxKey.of(id), InboxKind.DONE, null))
          .isTrue();
    }
  }

  private boolean known(String id) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return new Inbox(() -> now).find(connection, InboxKey.of(id)).isPresent();
    }
  }
}
