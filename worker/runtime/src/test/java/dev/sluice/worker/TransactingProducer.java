package dev.sluice.worker;

import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.TaskType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;

/** A process that sells: a row and a task in one transaction, 500 times a second, until killed. */
final class TransactingProducer {
  private static final long PERIOD_NANOS = 2_000_000;
  private static final String DROPPED = "dropped";

  /** Something sold, known by a text of its own. */
  record Sale(String text) {}

  static TaskType<Sale> sale(String queue) {
    return TaskType.of("shop.sale", Sale.class).queue(queue);
  }

  private TransactingProducer() {}

  /**
   * Runs until it is killed.
   *
   * @param arguments URL of RabbitMQ; URL, user and password of the database; queue
   */
  public static void main(String[] arguments) throws SQLException {
    Database database =
        Database.open(DatabaseOptions.of(arguments[1]).user(arguments[2]).password(arguments[3]));
    Producer producer =
        Producer.open(
            RabbitBroker.open(RabbitOptions.of(arguments[0])),
            ProducerOptions.DEFAULTS.outbox(database.dataSource()));
    TaskType<Sale> sale = sale(arguments[4]);
    long next = System.nanoTime();
    for (long i = 0; ; i++) {
      if (i % 10 == 0) {
        sellNothing(producer, database, sale);
      }
      producer.transaction(
          database.dataSource(),
          transaction -> {
            String id = transaction.enqueue(sale, new Sale("sold")).taskId();
            insert(transaction.connection(), "sold", id);
          });
      next += PERIOD_NANOS;
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  /** A sale that comes to nothing: its task must never run. */
  private static void sellNothing(Producer producer, Database database, TaskType<Sale> sale)
      throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      producer.inTransaction(connection).enqueue(sale, new Sale(DROPPED));
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  static void insert(Connection connection, String table, String task) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " (task) VALUES (?)")) {
      insert.setString(1, task);
      insert.executeUpdate();
    }
  }
}
