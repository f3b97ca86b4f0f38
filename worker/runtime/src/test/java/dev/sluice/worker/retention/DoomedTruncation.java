package dev.sluice.worker.retention;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.topology.Topology;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** A worker that truncates a table in small batches, in the test's JVM or in one of its own. */
final class DoomedTruncation {
  static final Topology TOPOLOGY = new Topology("killed-truncation");
  static final Duration KEEP = Duration.ofDays(30);

  private DoomedTruncation() {}

  static Worker open(Broker broker, DataSource database, BatchLimits batch) {
    Worker worker =
        Worker.open(
            WorkerOptions.of(broker)
                .dataSource(database)
                .controlBus(false)
                .queue(TruncateTable.TYPE.queue()));
    TableTruncation.of(
            TableTruncation.Options.of(Map.of("main", database), InstantSource.system())
                .tables(List.of(Retention.of("clicks", "clicks", "seen_at", KEEP).batch(batch))))
        .register(worker);
    return worker;
  }

  /**
   * Runs until it is killed.
   *
   * @param arguments URL of RabbitMQ; URL, user and password of the database
   */
  public static void main(String[] arguments) {
    Database database =
        Database.open(DatabaseOptions.of(arguments[1]).user(arguments[2]).password(arguments[3]));
    Broker broker = RabbitBroker.open(RabbitOptions.of(arguments[0]).topology(TOPOLOGY));
    BatchLimits slow = BatchLimits.DEFAULTS.rows(20).rest(5);
    open(broker, database.dataSource(), slow).start().awaitStopped();
  }
}
