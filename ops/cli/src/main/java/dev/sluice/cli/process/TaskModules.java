package dev.sluice.cli.process;

import dev.sluice.cli.CommandFailed;
import dev.sluice.worker.TaskModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The task modules of Sluice itself and of the jars in a folder. */
final class TaskModules implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TaskModules.class);
  private static final String OWN = "dev.sluice.";

  private final URLClassLoader loader;
  private final List<TaskModule> modules;

  private TaskModules(URLClassLoader loader, List<TaskModule> modules) {
    this.loader = loader;
    this.modules = modules;
  }

  /**
   * Loads them.
   *
   * @param lib the folder; null for none
   * @throws CommandFailed when there is no such folder, no jar in it, or a module that does not
   *     load
   */
  static TaskModules load(@Nullable Path lib) {
    URL[] jars = lib == null ? new URL[0] : jars(lib);
    URLClassLoader loader = new URLClassLoader("lib", jars, TaskModules.class.getClassLoader());
    try {
      List<TaskModule> found =
          ServiceLoader.load(TaskModule.class, loader).stream()
              .map(ServiceLoader.Provider::get)
              .toList();
      if (lib != null && found.stream().noneMatch(m -> m.getClass().getClassLoader() == loader)) {
        throw new CommandFailed(
            "no jar in %s has a task module: name your class in META-INF/services/%s"
                .formatted(lib, TaskModule.class.getName()));
      }
      return new TaskModules(loader, found);
    } catch (ServiceConfigurationError e) {
      throw new CommandFailed("a task module does not load: " + e.getMessage(), e);
    }
  }

  void register(CollectedHandlers handlers, TaskModule.Services services) {
    modules.forEach(module -> module.register(handlers, services));
  }

  /**
   * The names of the task types that modules of others than us register, each closed again.
   *
   * @param services what they get; one that cannot do with it is passed over, and said
   */
  Set<String> taskNames(TaskModule.Services services) {
    Set<String> names = new TreeSet<>();
    for (TaskModule module : modules) {
      if (module.getClass().getName().startsWith(OWN)) {
        continue;
      }
      CollectedHandlers handlers = new CollectedHandlers();
      try {
        module.register(handlers, services);
        names.addAll(handlers.names());
        if (module instanceof AutoCloseable closeable) {
          closeable.close();
        }
      } catch (Exception | LinkageError e) {
        log.info("module {} does not tell its tasks here: {}", module.getClass(), e.toString());
      }
    }
    return names;
  }

  /** Class names, for people. */
  List<String> names() {
    return modules.stream().map(module -> module.getClass().getName()).toList();
  }

  @Override
  public void close() {
    try {
      loader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URL[] jars(Path lib) {
    try (Stream<Path> files = Files.list(lib)) {
      URL[] jars =
          files
              .filter(file -> file.getFileName().toString().endsWith(".jar"))
              .sorted()
              .map(TaskModules::url)
              .toArray(URL[]::new);
      if (jars.length == 0) {
        throw new CommandFailed("there is no jar in " + lib);
      }
      return jars;
    } catch (IOException e) {
      throw new CommandFailed(
          "cannot list the folder " + lib + "; --lib names a folder of jars", e);
    }
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }
}
