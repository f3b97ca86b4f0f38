package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.cli.process.StopSignal;
import dev.sluice.producer.EnqueueException;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.producer.TaskHandle;
import dev.sluice.settings.DurationText;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.settings.SqlTaskSettings;
import dev.sluice.task.TaskType;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** {@code sluice enqueue}. */
@Command(
    name = "enqueue",
    description = "Enqueues a task by its name and prints its id once the broker confirmed it.")
final class EnqueueCommand implements Callable<Integer> {
  private static final int UNCONFIRMED = 500;

  @Parameters(paramLabel = "NAME", description = "Name of the task type, such as clicks.record.")
  private String name = "";

  @Option(
      names = "--kwargs",
      paramLabel = "JSON",
      description = "The payload, a JSON object. Default: {}")
  private String kwargs = "{}";

  @Option(
      names = "--delay",
      paramLabel = "DURATION",
      description = "Start no earlier than this from now: 500ms, 30s, 5m, 2h, 1d.")
  private @Nullable Duration delay;

  @Option(
      names = "--eta",
      paramLabel = "TIME",
      description = "Start no earlier than this: 2026-01-31T12:00:00Z.")
  private @Nullable Instant eta;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description = "Start no later than this: a time, or a duration from now.")
  private @Nullable String expires;

  @Option(names = "--priority", paramLabel = "0-9", description = "AMQP priority.")
  private @Nullable Integer priority;

  @Option(
      names = "--order-key",
      paramLabel = "KEY",
      description = "Run after all earlier tasks of this key in the same queue.")
  private @Nullable String orderKey;

  @Option(
      names = "--queue",
      paramLabel = "QUEUE",
      description =
          "Queue, without the namespace. Default: that of NAME under tasks in sluice.yaml, else "
              + TaskType.DEFAULT_QUEUE)
  private @Nullable String queue;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Task id, to repeat an enqueue of unknown outcome. Default: a new one.")
  private @Nullable String id;

  @Option(
      names = "--version",
      paramLabel = "N",
      defaultValue = "1",
      description = "The payload's version. Default: ${DEFAULT-VALUE}")
  private int version;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "Enqueue that many such tasks. Default: ${DEFAULT-VALUE}")
  private int count;

  // Not picocli's standard options: --version is the payload's here.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @Option(names = "--json", description = "Print each task as JSON.")
  private boolean json;

  @Mixin private SettingsOptions options = new SettingsOptions();

  @Override
  public Integer call() {
    ObjectNode payload = payload();
    EnqueueOptions how = how();
    SluiceSettings settings = options.load();
    String to = queue == null ? queueOf(settings.tasks().get(name)) : queue;
    ProducerOptions producing =
        ProducerOptions.DEFAULTS
            .maxBodyBytes(settings.broker().maxBodyBytes())
            .confirmTimeout(settings.broker().confirmTimeout())
            .queues(new QueueSpecs(settings)::of);
    PrintWriter out = options.out();
    try (Broker broker = options.broker(settings, "enqueue");
        Producer producer = Producer.open(broker, ProducerLimits.apply(settings, producing))) {
      // One task is over soon; of many, those under way are to be told of.
      StopSignal stop = count == 1 ? null : StopSignal.install();
      Deque<CompletableFuture<TaskHandle>> unconfirmed = new ArrayDeque<>();
      int sent = 0;
      for (; sent < count && (stop == null || !stop.requested()); sent++) {
        unconfirmed.add(enqueue(producer, payload, to, how));
        if (unconfirmed.size() > UNCONFIRMED) {
          print(out, unconfirmed.remove());
        }
      }
      unconfirmed.forEach(task -> print(out, task));
      if (sent < count) {
        throw new CommandFailed(
            "stopped: " + sent + " of " + count + " tasks are enqueued, their ids are printed");
      }
    }
    return 0;
  }

  private CompletableFuture<TaskHandle> enqueue(
      Producer producer, ObjectNode payload, String to, EnqueueOptions how) {
    try {
      return producer.enqueueNamedAsync(name, payload, version, to, how);
    } catch (IllegalArgumentException e) {
      throw options.wrong(String.valueOf(e.getMessage()));
    }
  }

  private static String queueOf(@Nullable SqlTaskSettings task) {
    return task == null ? TaskType.DEFAULT_QUEUE : task.queue();
  }

  /** Waits for the confirm: what is printed is stored. */
  private void print(PrintWriter out, CompletableFuture<TaskHandle> task) {
    try {
      String taskId = task.join().taskId();
      out.println(json ? Json.line(Map.of("task_id", taskId)) : taskId);
      out.flush();
    } catch (CompletionException e) {
      throw e.getCause() instanceof EnqueueException failure ? failure : e;
    }
  }

  private ObjectNode payload() {
    try {
      if (Json.MAPPER.readTree(kwargs) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw options.wrong("--kwargs is no JSON: " + e.getOriginalMessage());
    }
    throw options.wrong("--kwargs must be a JSON object such as {\"user\": 7}");
  }

  private EnqueueOptions how() {
    if (count < 1) {
      throw options.wrong("--count must be at least 1, is " + count);
    }
    if (id != null && count > 1) {
      throw options.wrong("--id names one task; leave out --count");
    }
    try {
      return new EnqueueOptions(
          id,
          null,
          delay,
          eta,
          expiry(InstantSource.system()),
          priority,
          Map.of(),
          null,
          null,
          null,
          orderKey);
    } catch (IllegalArgumentException e) {
      throw options.wrong(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable Instant expiry(InstantSource clock) {
    if (expires == null) {
      return null;
    }
    try {
      return Instant.parse(expires);
    } catch (DateTimeParseException notATime) {
      return clock.instant().plus(DurationText.parse(expires));
    }
  }
}
