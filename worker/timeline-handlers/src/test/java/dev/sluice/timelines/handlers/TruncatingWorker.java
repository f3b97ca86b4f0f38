package dev.sluice.timelines.handlers;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.timelines.ReadingOptions;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.topology.Topology;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A worker for maintenance in a JVM of its own, to be killed. */
final class TruncatingWorker {
  private TruncatingWorker() {}

  /**
   * Starts one.
   *
   * @param log what it prints is appended there
   */
  static Process start(File log, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(TruncatingWorker.class.getName());
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
        .start();
  }

  /**
   * Runs until it is killed.
   *
   * @param arguments URL of RabbitMQ; namespace; URL, user and password of the database; URL of
   *     Redis
   */
  public static void main(String[] arguments) {
    Database database =
        Database.open(DatabaseOptions.of(arguments[2]).user(arguments[3]).password(arguments[4]));
    Broker broker =
        RabbitBroker.open(RabbitOptions.of(arguments[0]).topology(new Topology(arguments[1])));
    Worker worker =
        Worker.open(
            WorkerOptions.of(broker)
                .dataSource(database.dataSource())
                .controlBus(false)
                .queue(TimelineTasks.TRUNCATE.queue(), QueueOptions.DEFAULTS.concurrency(2)));
    TimelineHandlers.open(
            ReadingOptions.of(database.dataSource(), URI.create(arguments[5]))
                .withTimelines(TimelineOptions.DEFAULTS.withNamespace(arguments[1])))
        .register(worker);
    worker.start().awaitStopped();
  }
}
