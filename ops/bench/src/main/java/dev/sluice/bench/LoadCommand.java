package dev.sluice.bench;

import dev.sluice.bench.load.LoadProfile;
import dev.sluice.broker.Broker;
import dev.sluice.cli.CommandFailed;
import dev.sluice.cli.ProducerLimits;
import dev.sluice.cli.QueueSpecs;
import dev.sluice.cli.SettingsOptions;
import dev.sluice.cli.Subcommand;
import dev.sluice.cli.process.StopSignal;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.task.TaskType;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code sluice load}. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description = {
      "Enqueues a task of yours at a rate, on your servers, whatever becomes of the earlier ones, and",
      "tells how long that took and how the queue grew."
    },
    footer = {"", "Exit status: 0 every task was accepted, 1 some were not, 2 wrong usage."})
public final class LoadCommand implements Subcommand {
  private static final int FASTEST = 1_000_000;

  @Option(
      names = "--task",
      required = true,
      paramLabel = "NAME",
      description = "Name of the task type, such as clicks.record.")
  private String task = "";

  @Option(
      names = "--rate",
      required = true,
      paramLabel = "R",
      description = "Tasks a second, once the ramp is over.")
  private double rate;

  @Option(
      names = "--ramp",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seconds in which the rate grows evenly from 0. Default: ${DEFAULT-VALUE}")
  private int ramp;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description = "How long it goes on after the ramp: 30s, 5m. Default: ${DEFAULT-VALUE}")
  private Duration length = Duration.ofSeconds(30);

  @Option(
      names = "--kwargs",
      paramLabel = "JSON",
      defaultValue = "{}",
      description = "The payload, a JSON object. Default: ${DEFAULT-VALUE}")
  private String kwargs = "{}";

  @Option(
      names = "--queue",
      paramLabel = "QUEUE",
      defaultValue = TaskType.DEFAULT_QUEUE,
      description = "Queue, without the namespace. Default: ${DEFAULT-VALUE}")
  private String queue = TaskType.DEFAULT_QUEUE;

  @Option(
      names = "--payload-version",
      paramLabel = "N",
      defaultValue = "1",
      description = "The payload's version. Default: ${DEFAULT-VALUE}")
  private int version;

  @Option(
      names = "--json",
      description = "JSON lines on standard output: one for each second, the summary last.")
  private boolean json;

  @Mixin private SettingsOptions options = new SettingsOptions();

  private final JsonMapper mapper = JsonMapper.shared();

  @Override
  public Integer call() throws Exception {
    LoadProfile profile = profile();
    ObjectNode payload = payload();
    SluiceSettings settings = options.load();
    ProducerOptions producing =
        ProducerOptions.DEFAULTS
            .maxBodyBytes(settings.broker().maxBodyBytes())
            .confirmTimeout(settings.broker().confirmTimeout())
            .queues(new QueueSpecs(settings)::of);
    try (Broker broker = options.broker(settings, "load");
        Producer producer = Producer.open(broker, ProducerLimits.apply(settings, producing))) {
      StopSignal stop = StopSignal.install();
      LoadTask loaded = new LoadTask(task, payload, version, queue);
      LoadRun run = new LoadRun(producer, broker, loaded, this::say);
      try {
        run.go(profile, () -> !stop.requested());
      } catch (IllegalArgumentException e) {
        throw options.wrong(String.valueOf(e.getMessage()));
      }
      return summed(run.summary(rate, ramp));
    }
  }

  private int summed(LoadRun.Summary summary) {
    if (json) {
      options.print(mapper.writeValueAsString(summary));
    }
    options.say(summary.sentence());
    if (summary.accepted() == 0 && summary.refused() > 0) {
      throw new CommandFailed("no task was accepted: " + summary.reasons());
    }
    return summary.refused() == 0 ? 0 : 1;
  }

  private void say(LoadRun.Second second) {
    if (json) {
      options.print(mapper.writeValueAsString(second));
    } else {
      options.print(second.line());
    }
  }

  private LoadProfile profile() {
    if (!(rate > 0) || rate > FASTEST) {
      throw options.wrong(
          "--rate must be above 0 and at most %,d tasks a second, is %s".formatted(FASTEST, rate));
    }
    if (ramp < 0) {
      throw options.wrong("--ramp must not be below 0 seconds, is " + ramp);
    }
    if (length.isNegative() || length.isZero() && ramp == 0) {
      throw options.wrong("--for must be longer than 0, or there must be a --ramp");
    }
    if (task.isBlank()) {
      throw options.wrong("--task names no task type");
    }
    Duration climb = Duration.ofSeconds(ramp);
    LoadProfile.Segment rising = new LoadProfile.Segment(0, rate, climb);
    LoadProfile profile = new LoadProfile(List.of(rising)).then(rate, length);
    if (profile.calls() == 0) {
      throw options.wrong("at this rate not a single task is due in that time: lengthen --for");
    }
    return profile;
  }

  private ObjectNode payload() {
    String wrong;
    try {
      if (mapper.readTree(kwargs) instanceof ObjectNode object) {
        return object;
      }
      wrong = "it is another kind of value";
    } catch (JacksonException e) {
      wrong = e.getOriginalMessage();
    }
    throw options.wrong("--kwargs must be a JSON object such as {\"user\": 7}: " + wrong);
  }
}
