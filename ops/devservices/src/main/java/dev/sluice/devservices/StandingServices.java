package dev.sluice.devservices;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The servers of {@code ops/sluice up}, which outlive the command that started them and keep their
 * data until {@link #deleteData()}.
 */
public final class StandingServices {

  private static final Duration STOP_WAIT = Duration.ofSeconds(40);

  private final SluiceFolder home;
  private final RunFolder run;
  private final EnvFile env;

  private StandingServices(SluiceFolder home) {
    this.home = home;
    this.run = new RunFolder(home.run());
    this.env = new EnvFile(home.env());
  }

  /** Those of the repository that holds the working directory. */
  public static StandingServices find() {
    return in(SluiceFolder.find());
  }

  static StandingServices in(SluiceFolder home) {
    return new StandingServices(home);
  }

  /**
   * Starts the servers and writes their URLs to {@link #envFile()}; if servers stand already they
   * are left as they are.
   *
   * @throws DevServicesException if one is missing or does not start, after ending the others; or
   *     if some stand already and one of them does not answer
   */
  public List<ServiceStatus> up(ServiceOptions options) {
    run.endOrphans();
    OwnedFolders.deleteOrphans(home.servers());
    if (isUp()) {
      return alreadyUp();
    }
    try {
      ServiceSource source =
          ServiceSources.choose(data(options.generation()), home, options, Optional.empty());
      List<Service> services = options.kinds().stream().sorted().map(source::of).toList();
      DevServices.startAll(services);
      Map<String, String> urls = new LinkedHashMap<>();
      services.forEach(service -> urls.put(service.kind().variable(), service.url()));
      env.write(urls);
      return status();
    } catch (RuntimeException e) {
      down();
      throw e;
    }
  }

  /** Stops every standing server in order and gives how many processes were ended; data stay. */
  public int down() {
    List<ProcessRecord> standing = standing();
    // The helpers of a server last: it needs them to stop in order.
    Stream.concat(
            standing.stream().filter(entry -> !entry.isHelper()),
            standing.stream().filter(ProcessRecord::isHelper))
        .forEach(
            entry -> {
              entry.process().end(STOP_WAIT);
              run.remove(entry);
            });
    int containers = StandingContainers.in(home).removeAll();
    env.delete();
    return standing.size() + containers + run.endOrphans();
  }

  /** What stands, in the order broker, database, Redis; empty if nothing does. */
  public List<ServiceStatus> status() {
    Map<String, String> urls = urls();
    return Stream.of(ServiceKind.values())
        .filter(kind -> urls.containsKey(kind.variable()))
        .map(kind -> ServiceStatus.of(kind, urls.get(kind.variable())))
        .toList();
  }

  /** The URLs of the standing servers by the names of their environment variables. */
  public Map<String, String> urls() {
    return env.read();
  }

  /** Where the URLs are written; the file is readable for its owner only. */
  public Path envFile() {
    return home.env();
  }

  /** Deletes the data of all generations; call {@link #down()} first. */
  public void deleteData() {
    for (Generation generation : Generation.values()) {
      SluiceFolder.delete(data(generation));
    }
  }

  private boolean isUp() {
    return !standing().isEmpty() || StandingContainers.in(home).exist();
  }

  private List<ServiceStatus> alreadyUp() {
    List<ServiceStatus> present = status();
    if (present.isEmpty() || !present.stream().allMatch(ServiceStatus::answers)) {
      throw new DevServicesException(
          "Servers of an earlier 'ops/sluice up' are left but do not all answer; run 'ops/sluice down' first");
    }
    return present;
  }

  private List<ProcessRecord> standing() {
    return run.living().stream().filter(entry -> entry.owner().isEmpty()).toList();
  }

  private Path data(Generation generation) {
    return home.servers().resolve("up-" + generation.id());
  }
}
