package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.broker.QueueStats;
import dev.sluice.cli.process.StopSignal;
import dev.sluice.settings.QueueSettings;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.task.TaskType;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.topology.OrderPartitions;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice queues}. */
@Command(
    name = "queues",
    mixinStandardHelpOptions = true,
    description = "Shows how many messages wait in each queue, and how many consumers it has.")
final class QueuesCommand implements Callable<Integer> {

  private static final List<String> BUILT_IN =
      List.of(
          TaskType.DEFAULT_QUEUE,
          TimelineTasks.POST_CREATED.queue(),
          TimelineTasks.FAN_OUT_QUEUE,
          TimelineTasks.TRUNCATE.queue());

  @Parameters(
      paramLabel = "QUEUE",
      description =
          "Queues, without the namespace; each with its partition queues, if there are any. Default:"
              + " those of sluice.yaml, the built-in ones, the queue of dead tasks and that of"
              + " unrouted messages.")
  private List<String> named = List.of();

  @Option(
      names = "--watch",
      arity = "0..1",
      fallbackValue = "2s",
      paramLabel = "INTERVAL",
      description = "Print again and again, every 2s or as given, until Ctrl-C.")
  private @Nullable Duration watch;

  @Option(names = "--json", description = "Print JSON, one line each time.")
  private boolean json;

  @Mixin private SettingsOptions options = new SettingsOptions();

  /** A queue as it is printed; nulls where there is no such queue. */
  private record Line(String queue, @Nullable Long ready, @Nullable Integer consumers) {}

  @Override
  public Integer call() throws InterruptedException {
    SluiceSettings settings = options.load();
    StopSignal stop = watch == null ? null : StopSignal.install();
    try (Broker broker = options.broker(settings, "queues")) {
      print(settings, broker);
      while (stop != null && watch != null && !stop.await(watch)) {
        print(settings, broker);
      }
    }
    return 0;
  }

  private void print(SluiceSettings settings, Broker broker) {
    List<Line> lines = names(settings, broker).stream().map(queue -> line(broker, queue)).toList();
    PrintWriter out = options.out();
    if (json) {
      Map<String, Object> sample = new LinkedHashMap<>();
      sample.put("at", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
      sample.put("queues", lines);
      out.println(Json.line(sample));
    } else {
      Table table = new Table("QUEUE", "READY", "CONSUMERS");
      lines.forEach(line -> table.row(line.queue(), shown(line.ready()), shown(line.consumers())));
      out.println(table);
    }
    out.flush();
  }

  private Set<String> names(SluiceSettings settings, Broker broker) {
    List<String> own = new ArrayList<>(named);
    if (own.isEmpty()) {
      own.addAll(BUILT_IN);
      own.addAll(settings.worker().queues().keySet());
    }
    Set<String> names = new LinkedHashSet<>();
    for (String name : own) {
      String queue = broker.topology().queue(name);
      names.add(queue);
      if (!named.isEmpty() || ordered(settings, name)) {
        OrderPartitions.all(queue).stream()
            .filter(partition -> broker.stats(partition).isPresent())
            .forEach(names::add);
      }
    }
    if (named.isEmpty()) {
      names.add(broker.topology().deadQueue());
      names.add(broker.topology().unrouted());
    }
    return names;
  }

  private static boolean ordered(SluiceSettings settings, String queue) {
    return settings.worker().queues().getOrDefault(queue, QueueSettings.DEFAULTS).ordered();
  }

  private static Line line(Broker broker, String queue) {
    Optional<QueueStats> stats = broker.stats(queue);
    return new Line(
        queue,
        stats.map(QueueStats::ready).orElse(null),
        stats.map(QueueStats::consumers).orElse(null));
  }

  private static Object shown(@Nullable Object number) {
    return number == null ? "-" : number;
  }
}
