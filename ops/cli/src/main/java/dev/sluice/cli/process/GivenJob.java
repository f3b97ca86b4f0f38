package dev.sluice.cli.process;

import dev.sluice.scheduler.BuiltInJobs;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.MisfirePolicy;
import dev.sluice.scheduler.OverlapPolicy;
import dev.sluice.settings.JobSettings;
import dev.sluice.settings.NearestName;
import dev.sluice.settings.SqlTaskSettings;
import dev.sluice.task.TaskType;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes a job of what is given of it: the rest is that of a built-in job, if it is named like one
 * or is a copy of one, else the default.
 *
 * @param sqlTasks the SQL tasks by name: a job's task goes to the queue of its SQL task
 */
public record GivenJob(Map<String, SqlTaskSettings> sqlTasks) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<Map<String, @Nullable Object>> ARGUMENTS =
      new TypeReference<>() {};

  /**
   * The job.
   *
   * @throws IllegalArgumentException naming the job, what is wrong and what is allowed
   */
  public JobSpec spec(String name, JobSettings given) {
    if (given.task().isPresent() && given.builtin().isPresent()) {
      throw wrong(name, "needs either task or builtin, and not both");
    }
    Optional<JobSpec> base = base(name, given);
    String task =
        given
            .task()
            .or(() -> base.map(JobSpec::task))
            .or(given::builtin)
            .orElseThrow(() -> wrong(name, "needs either task or builtin" + meant(name)));
    Optional<String> cron = given.cron();
    Optional<Duration> every = given.every();
    if (cron.isEmpty() && every.isEmpty()) {
      cron = base.map(JobSpec::cron);
      every = base.map(JobSpec::every);
    }
    if (cron.isEmpty() == every.isEmpty()) {
      throw wrong(name, "needs either cron or every, and not both");
    }
    Map<String, @Nullable Object> arguments = arguments(base, given.args());
    OwnTasks.problem(task, arguments)
        .ifPresent(
            problem -> {
              throw wrong(name, problem);
            });
    return new JobSpec(
        name,
        task,
        given.queue().or(() -> base.map(JobSpec::queue)).orElseGet(() -> queue(task)),
        arguments,
        cron.orElse(null),
        every.orElse(null),
        given.zone().or(() -> base.map(JobSpec::zone)).orElse(JobSpec.UTC),
        given
            .misfire()
            .map(text -> MisfirePolicy.valueOf(text.toUpperCase(Locale.ROOT)))
            .or(() -> base.map(JobSpec::misfire))
            .orElse(MisfirePolicy.ONCE),
        given.jitter().or(() -> base.map(JobSpec::jitter)).orElse(Duration.ZERO),
        given
            .overlap()
            .map(text -> OverlapPolicy.valueOf(text.toUpperCase(Locale.ROOT)))
            .or(() -> base.map(JobSpec::overlap))
            .orElse(OverlapPolicy.ALLOW),
        given.timeout().or(() -> base.map(JobSpec::timeout)).orElse(JobSpec.DEFAULT_TIMEOUT),
        given.enabled().or(() -> base.map(JobSpec::enabled)).orElse(true));
  }

  /** The message of an error about a job, without the job's name in front. */
  static String withoutName(String name, IllegalArgumentException error) {
    String message = String.valueOf(error.getMessage());
    String prefix = "job '" + name + "': ";
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }

  /** The built-in job that this one is, or is a copy of; empty too when it has a task of ours. */
  private static Optional<JobSpec> base(String name, JobSettings given) {
    if (given.builtin().isEmpty()) {
      return builtIn(name);
    }
    String wanted = given.builtin().get();
    Optional<JobSpec> named = builtIn(wanted);
    if (named.isPresent()) {
      return named;
    }
    List<JobSpec> running = running(wanted);
    if (running.isEmpty() && OwnTasks.queue(wanted).isPresent()) {
      return Optional.empty();
    }
    if (running.size() != 1) {
      throw wrong(name, "builtin '" + wanted + "' " + notOne(wanted, running));
    }
    return Optional.of(running.get(0));
  }

  private static Optional<JobSpec> builtIn(String name) {
    return BuiltInJobs.all().stream().filter(job -> job.name().equals(name)).findFirst();
  }

  /** The built-in jobs of a task. */
  private static List<JobSpec> running(String task) {
    return BuiltInJobs.all().stream().filter(job -> job.task().equals(task)).toList();
  }

  private static String notOne(String wanted, List<JobSpec> running) {
    if (!running.isEmpty()) {
      return "is run by several built-in jobs; name one of "
          + String.join(", ", running.stream().map(JobSpec::name).toList());
    }
    return "is no built-in job; "
        + NearestName.of(wanted, names())
            .map(near -> "did you mean " + near + "?")
            .orElseGet(() -> "there are " + String.join(", ", names()));
  }

  private static List<String> names() {
    return Stream.concat(BuiltInJobs.all().stream().map(JobSpec::name), OwnTasks.names().stream())
        .distinct()
        .sorted()
        .toList();
  }

  private static String meant(String name) {
    return NearestName.of(name, BuiltInJobs.all().stream().map(JobSpec::name).toList())
        .map(near -> "; the built-in job is called " + near)
        .orElse("");
  }

  private String queue(String task) {
    return Optional.ofNullable(sqlTasks.get(task))
        .map(SqlTaskSettings::queue)
        .or(() -> OwnTasks.queue(task))
        .or(() -> running(task).stream().map(JobSpec::queue).findFirst())
        .orElse(TaskType.DEFAULT_QUEUE);
  }

  private static Map<String, @Nullable Object> arguments(
      Optional<JobSpec> base, Optional<JsonNode> given) {
    Map<String, @Nullable Object> arguments = new HashMap<>();
    base.ifPresent(job -> arguments.putAll(job.kwargs()));
    given.ifPresent(args -> arguments.putAll(JSON.convertValue(args, ARGUMENTS)));
    return arguments;
  }

  private static IllegalArgumentException wrong(String name, String what) {
    return new IllegalArgumentException("job '" + name + "': " + what);
  }
}
