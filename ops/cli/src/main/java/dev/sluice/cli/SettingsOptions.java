package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.cli.process.LateDatabase;
import dev.sluice.cli.process.SettingsSource;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseUnavailable;
import dev.sluice.settings.DatabaseSettings;
import dev.sluice.settings.EnvFile;
import dev.sluice.settings.MaskedUrl;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.task.TaskType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command finds its settings. */
public final class SettingsOptions extends Output {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Settings file. Default: $$SLUICE_CONFIG, else sluice.yaml in the working directory if it"
              + " is there.")
  private @Nullable Path config;

  /**
   * The settings. When neither file nor variables name a server, those that {@code sluice up}
   * started are taken.
   */
  public SluiceSettings load() {
    return load(started -> say("servers of " + started));
  }

  /** Where {@link #load} finds them, to be read again when the file has changed. */
  SettingsSource source() {
    return new SettingsSource(place(), () -> load(started -> {}));
  }

  private SluiceSettings load(Consumer<Path> told) {
    Path file = file().orElse(null);
    SluiceSettings own = SluiceSettings.load(file, main().environment());
    Path started = startedServers();
    if (own.namesServices() || !Files.exists(started)) {
      return own;
    }
    told.accept(started);
    Map<String, String> merged = new LinkedHashMap<>(EnvFile.read(started));
    merged.putAll(main().environment());
    return SluiceSettings.load(file, merged);
  }

  /** Connects to the broker, saying which; waits until the connection is open. */
  public Broker broker(SluiceSettings settings, String role) {
    Broker broker = brokerUnawaited(settings, role);
    try {
      Patience.untilConnected(broker);
      return broker;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /** Connects to the broker in the background, saying which. */
  Broker brokerUnawaited(SluiceSettings settings, String role) {
    MaskedUrl url = settings.broker().url().orElseThrow(() -> missing("broker"));
    say("broker " + url + namespace(settings));
    return main().servers().broker(settings, "sluice " + role);
  }

  /** Opens the database, saying which. */
  Database database(SluiceSettings settings) {
    say("database " + settings.database().url().orElseThrow(() -> missing("database")));
    return main().servers().database(settings);
  }

  /**
   * Opens a database by its name in the settings, saying which.
   *
   * @param name {@code main}, or a key of {@code databases}
   */
  Database database(SluiceSettings settings, String name) {
    if (name.equals(TaskType.MAIN_DATABASE)) {
      return database(settings);
    }
    DatabaseSettings named = settings.databases().get(name);
    if (named == null) {
      throw wrong(
          "there is no database '%s'; the settings have main%s"
              .formatted(
                  name,
                  settings.databases().keySet().stream()
                      .map(known -> ", " + known)
                      .collect(Collectors.joining())));
    }
    say("database " + name + " " + named.url().orElseThrow());
    try {
      return main().servers().named(settings, name);
    } catch (DatabaseUnavailable e) {
      throw new CommandFailed("databases." + name + ": " + e.getMessage(), e);
    }
  }

  /** A database of the section {@code databases}, opened when it is first used; says which. */
  LateDatabase lateDatabase(SluiceSettings settings, String name) {
    say("database " + name + " " + settings.databases().get(name).url().orElseThrow());
    return new LateDatabase(() -> main().servers().named(settings, name));
  }

  /**
   * The databases of the settings but for one, each opened when it is first used.
   *
   * @param except {@code main}, or a key of {@code databases}
   */
  List<DataSource> otherDatabases(SluiceSettings settings, String except, Closing closing) {
    Set<String> names = new LinkedHashSet<>(List.of(TaskType.MAIN_DATABASE));
    names.addAll(settings.databases().keySet());
    names.remove(except);
    List<DataSource> others = new ArrayList<>();
    for (String name : names) {
      others.add(closing.add(new LateDatabase(() -> database(settings, name))).dataSource());
    }
    return others;
  }

  /** Where commands keep what outlives them. */
  Path workFolder() {
    String folder = main().environment().getOrDefault("SLUICE_FOLDER", "");
    return folder.isEmpty() ? main().folder().resolve(".sluice") : Path.of(folder);
  }

  private static String namespace(SluiceSettings settings) {
    String namespace = settings.broker().namespace();
    return namespace.isEmpty() ? "" : ", namespace " + namespace;
  }

  private static CommandFailed missing(String section) {
    return new CommandFailed(
        "no %s is named: set %s.url in sluice.yaml or SLUICE_%s_URL, or start one with `sluice up`"
            .formatted(section, section, section.toUpperCase(Locale.ROOT)));
  }

  /** The file; empty when it is not named and not there. */
  private Optional<Path> file() {
    Path place = place();
    return named().isPresent() || Files.exists(place) ? Optional.of(place) : Optional.empty();
  }

  /** Where the file is, or would be. */
  private Path place() {
    return named().orElseGet(() -> main().folder().resolve("sluice.yaml"));
  }

  private Optional<Path> named() {
    if (config != null) {
      return Optional.of(config);
    }
    String named = main().environment().getOrDefault("SLUICE_CONFIG", "");
    return named.isEmpty() ? Optional.empty() : Optional.of(Path.of(named));
  }

  private Path startedServers() {
    return workFolder().resolve("env");
  }
}
