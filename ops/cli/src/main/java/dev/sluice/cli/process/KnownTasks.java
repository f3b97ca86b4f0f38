package dev.sluice.cli.process;

import dev.sluice.cli.CommandFailed;
import dev.sluice.redis.RedisUrl;
import dev.sluice.scheduler.BuiltInJobs;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.settings.MaskedUrl;
import dev.sluice.settings.NearestName;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.worker.TaskModule;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The names of the tasks that some worker is known to handle: Sluice's own, the SQL tasks, and
 * those of task modules. Of a Python worker's nothing is known.
 */
final class KnownTasks {
  private final Set<String> ofModules;

  private KnownTasks(Set<String> ofModules) {
    this.ofModules = ofModules;
  }

  /**
   * Asks the task modules of the class path and of a folder.
   *
   * @param lib folder of jars; null for none
   * @param main handed to modules, which are closed again; a named database gives no connection
   * @throws CommandFailed when the folder has no module, or one does not load
   */
  static KnownTasks of(SluiceSettings settings, DataSource main, @Nullable Path lib) {
    Map<String, DataSource> named =
        settings.databases().keySet().stream()
            .collect(Collectors.toMap(name -> name, KnownTasks::closed));
    try (TaskModules modules = TaskModules.load(lib)) {
      return new KnownTasks(
          modules.taskNames(
              new TaskModule.Services(
                  Optional.of(main),
                  named,
                  settings.redis().url().map(MaskedUrl::reveal).map(RedisUrl::uri),
                  Optional.empty(),
                  settings.broker().namespace(),
                  settings.modules())));
    }
  }

  /** Why the task of a job may be one that nobody handles; empty when it is known. */
  Optional<String> doubt(JobSpec job, SluiceSettings settings) {
    Set<String> known = new HashSet<>(OwnTasks.names());
    known.addAll(ofModules);
    known.addAll(settings.tasks().keySet());
    BuiltInJobs.all().forEach(builtIn -> known.add(builtIn.task()));
    if (known.contains(job.task())) {
      return Optional.empty();
    }
    return Optional.of(
        "job %s: no task type known here is called %s%s; it may be a Python worker's, or of a jar that --lib does not name"
            .formatted(
                job.name(),
                job.task(),
                NearestName.of(job.task(), known)
                    .map(near -> " (did you mean " + near + "?)")
                    .orElse("")));
  }

  private static DataSource closed(String name) {
    LateDatabase database =
        new LateDatabase(
            () -> {
              throw new IllegalStateException("a scheduler does not open databases." + name);
            });
    return database.dataSource();
  }
}
