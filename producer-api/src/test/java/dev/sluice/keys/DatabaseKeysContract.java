package dev.sluice.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What keys in a database do beyond what every store does. */
abstract class DatabaseKeysContract extends KeysContract {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  private final KeyName key = KeyName.exclusive("orders.ship", UUID.randomUUID().toString());
  private Database database;

  /** A database without tables. */
  abstract DatabaseOptions empty() throws SQLException;

  @BeforeEach
  void open() throws SQLException {
    database = Database.open(empty());
    database.migrate();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  KeyStore store() {
    return new DatabaseKeys(database.dataSource());
  }

  @Test
  void a_key_that_is_taken_in_a_transaction_is_confirmed_by_its_commit() throws SQLException {
    inTransaction(
        connection -> {
          assertThat(KeyRows.takeWithin(connection, key, claim("a")).taken()).isTrue();
          connection.commit();
        });
    assertThat(store().take(key, claim("b")).confirmed()).isTrue();
  }

  @Test
  void a_key_that_is_taken_in_a_transaction_is_free_after_its_rollback() throws SQLException {
    inTransaction(
        connection -> {
          KeyRows.takeWithin(connection, key, claim("a"));
          connection.rollback();
        });
    assertThat(store().take(key, claim("b")).taken()).isTrue();
  }

  @Test
  void a_transaction_never_takes_who_held_it_when_it_began_for_who_holds_it_now()
      throws SQLException {
    inTransaction(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM sluice_key")) {
            row.next();
            assertThat(row.getInt(1)).isZero();
          }
          store().take(key, claim("a"));
          try {
            Holding holding = KeyRows.takeWithin(connection, key, claim("b"));
            assertThat(holding.taskId()).isEqualTo("a");
            assertThat(holding.taken()).isFalse();
          } catch (SQLException e) {
            // MariaDB from 11.6 on: the transaction is too old, and must be run again.
            assertThat(e.getErrorCode()).as(e.getMessage()).isEqualTo(1020);
          }
          connection.rollback();
        });
  }

  @Test
  void a_newcomer_waits_for_the_transaction_that_takes_it() throws Exception {
    CompletableFuture<Holding> newcomer;
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      KeyRows.takeWithin(connection, key, claim("a"));
      newcomer = CompletableFuture.supplyAsync(() -> store().take(key, claim("b")));
      assertThat(newcomer).isNotDone();
      connection.commit();
      connection.setAutoCommit(true);
    }
    assertThat(newcomer.get(30, TimeUnit.SECONDS).taskId()).isEqualTo("a");
  }

  @Test
  void a_database_that_is_away_is_said_to_be() {
    KeyStore store = store();
    database.close();
    assertThatThrownBy(() -> store.take(key, claim("a")))
        .isInstanceOf(KeyStoreUnavailable.class)
        .hasMessageContaining("orders.ship");
  }

  @Test
  void each_newcomer_has_a_higher_generation_and_only_the_newest_settles() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      long first = Generations.raise(connection, key, "a", NOW, NOW);
      long second = Generations.raise(connection, key, "b", NOW, NOW);

      assertThat(second).isGreaterThan(first);
      assertThat(Generations.newest(connection, key))
          .isEqualTo(new Generations.Newest("b", second));
      assertThat(Generations.settle(connection, key, first))
          .isEqualTo(new Generations.Newest("b", second));
      assertThat(Generations.settle(connection, key, second)).isNull();
      assertThat(Generations.settle(connection, key, second)).as("a second time").isNull();
    }
  }

  @Test
  void a_key_that_nobody_knows_any_more_supersedes_no_one() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      assertThat(Generations.newest(connection, key)).isNull();
      assertThat(Generations.settle(connection, key, 7)).isNull();
    }
  }

  @Test
  void newcomers_at_once_all_have_generations_of_their_own() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<Long>> raised = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String task = "task-" + i;
      raised.add(
          threads.submit(
              () -> {
                try (Connection connection = database.dataSource().getConnection()) {
                  connection.setAutoCommit(false);
                  long generation = Generations.raise(connection, key, task, NOW, NOW);
                  connection.commit();
                  connection.setAutoCommit(true);
                  return generation;
                }
              }));
    }
    List<Long> generations = new ArrayList<>();
    for (Future<Long> each : raised) {
      generations.add(each.get());
    }
    threads.shutdown();
    assertThat(generations).doesNotHaveDuplicates();
  }

  @Test
  void what_is_over_is_truncated_and_what_may_still_be_asked_for_stays() throws SQLException {
    KeyName live = KeyName.once("live");
    store().take(key, claim("a"));
    store().take(live, new Claim("b", bytes("body"), NOW, HOUR.multipliedBy(3)));
    long generation;
    try (Connection connection = database.dataSource().getConnection()) {
      generation = Generations.raise(connection, key, "a", NOW, NOW.plus(1, ChronoUnit.DAYS));
    }

    truncate(() -> NOW.plus(HOUR));
    assertThat(store().take(live, claim("c")).taskId()).isEqualTo("b");
    assertThat(count("sluice_key")).isEqualTo(1);
    truncate(() -> NOW.plus(30, ChronoUnit.DAYS));
    assertThat(count("sluice_generation")).isEqualTo(1);
    truncate(() -> NOW.plus(31, ChronoUnit.DAYS));
    assertThat(count("sluice_generation")).isZero();

    try (Connection connection = database.dataSource().getConnection()) {
      Instant later = NOW.plus(31, ChronoUnit.DAYS);
      assertThat(Generations.raise(connection, key, "b", later, later)).isGreaterThan(generation);
    }
  }

  private void truncate(InstantSource clock) throws SQLException {
    KeyTruncation truncation = new KeyTruncation(database.dataSource(), clock);
    assertThat(truncation.deleteKeys(500) + truncation.deletePlaces(500)).isLessThan(500);
  }

  private int count(String table) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
      row.next();
      return row.getInt(1);
    }
  }

  private void inTransaction(Work work) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      work.run(connection);
      connection.setAutoCommit(true);
    }
  }

  private interface Work {
    void run(Connection connection) throws SQLException;
  }

  private static Claim claim(String taskId) {
    return new Claim(taskId, bytes("body"), NOW, HOUR);
  }

  @Test
  void a_pool_whose_connections_do_not_commit_by_themselves_keeps_a_key_all_the_same() {
    DataSource manual =
        (DataSource)
            Proxy.newProxyInstance(
                DatabaseKeysContract.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  Connection connection =
                      (Connection) method.invoke(database.dataSource(), arguments);
                  connection.setAutoCommit(false);
                  return connection;
                });
    KeyStore keys = new DatabaseKeys(manual);
    assertThat(keys.take(key, claim("a")).taken()).isTrue();
    assertThat(keys.take(key, claim("b")).taken()).isFalse();
    keys.release(key, "a");
    assertThat(keys.take(key, claim("b")).taken()).isTrue();
  }
}
