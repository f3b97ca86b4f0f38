package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.task.RetryPolicy;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;

/** A worker whose tasks have order keys, and often fail or snooze; in a JVM of its own or not. */
final class OrderedWorker {
  static final Topology TOPOLOGY = new Topology("ordered");

  record Step(String key, int number) {}

  private OrderedWorker() {}

  static TaskType<Step> step(String queue) {
    return TaskType.of("ordered.step", Step.class)
        .queue(queue)
        .retry(
            RetryPolicy.attempts(50).withDelays(Duration.ofMillis(500), 1, Duration.ofSeconds(1)));
  }

  static Worker open(
      Broker broker, DataSource database, String queue, TransactionalHandler<Step> handler) {
    return Worker.open(
            WorkerOptions.of(broker)
                .dataSource(database)
                .controlBus(false)
                .listeners(List.of())
                .queue(queue, QueueOptions.DEFAULTS.concurrency(6).ordered(true)))
        .handle(step(queue), handler);
  }

  /** Fails or snoozes now and then: which attempts do hangs on key, number and attempt alone. */
  static Outcome apply(Step step, TaskContext task, Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO ordered_effect (order_key, number) VALUES (?, ?)")) {
      insert.setString(1, step.key());
      insert.setInt(2, step.number());
      insert.executeUpdate();
    }
    int fate = Math.floorMod(Objects.hash(step.key(), step.number(), task.attempt()), 40);
    if (fate == 0) {
      throw new IllegalStateException("fails now and then");
    }
    return fate == 1 && System.nanoTime() % 2 == 0
        ? Outcome.snooze(Duration.ofMillis(500))
        : Outcome.completed();
  }

  /**
   * Runs until it is killed.
   *
   * @param arguments URL of RabbitMQ; URL, user and password of the database; queue
   */
  public static void main(String[] arguments) {
    Database database =
        Database.open(DatabaseOptions.of(arguments[1]).user(arguments[2]).password(arguments[3]));
    open(
            RabbitBroker.open(RabbitOptions.of(arguments[0]).topology(TOPOLOGY)),
            database.dataSource(),
            arguments[4],
            OrderedWorker::apply)
        .start()
        .awaitStopped();
  }
}
