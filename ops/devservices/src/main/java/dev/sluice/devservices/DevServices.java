package dev.sluice.devservices;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Private servers for one JVM: ended with their data by {@link #close()}, at the latest when the
 * JVM exits, or by the next start if the JVM was killed.
 *
 * <p>Threading: safe.
 */
public final class DevServices implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DevServices.class);

  private final ServiceOptions options;
  private final Path folder;
  private final ServiceSource source;
  private final Map<ServiceKind, Service> services = new EnumMap<>(ServiceKind.class);
  private @Nullable RedisClusterService redisCluster;
  private final Thread atExit = new Thread(this::end, "devservices-end");

  private DevServices(ServiceOptions options) {
    SluiceFolder home = SluiceFolder.find();
    ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current());
    new RunFolder(home.run()).endOrphans();
    OwnedFolders.deleteOrphans(home.servers());
    this.options = options;
    this.folder = OwnedFolders.make(home.servers(), self);
    this.source = ServiceSources.choose(folder, home, options, Optional.of(self));
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts the servers asked for, side by side, and returns when all of them answer.
   *
   * @throws DevServicesException if one of them is missing or does not start; none is left running
   */
  public static DevServices start(ServiceOptions options) {
    DevServices started = new DevServices(options);
    try {
      startAll(options.kinds().stream().map(started::make).toList());
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  /**
   * The servers that all tests of this JVM share; each is started when it is first asked for and
   * ended when the JVM exits. A test that stops or kills a server starts its own instead.
   */
  public static DevServices shared() {
    return Shared.SERVICES;
  }

  public RabbitService rabbit() {
    return (RabbitService) running(ServiceKind.RABBIT);
  }

  public DatabaseService database() {
    return (DatabaseService) running(ServiceKind.DATABASE);
  }

  public RedisService redis() {
    return (RedisService) running(ServiceKind.REDIS);
  }

  /** Three masters with a replica each, started when first asked for. */
  public RedisClusterService redisCluster() {
    synchronized (services) {
      RedisClusterService present = redisCluster;
      if (present == null) {
        present = RedisClusterService.of(source);
        present.start();
        redisCluster = present;
      }
      return present;
    }
  }

  /** The generation of all the servers. */
  public Generation generation() {
    return options.generation();
  }

  /** Where the servers keep their data until they are closed. */
  Path folder() {
    return folder;
  }

  /** Kills the servers and deletes their data. */
  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      log.debug("The JVM is exiting already");
    }
  }

  private Service running(ServiceKind kind) {
    if (!options.kinds().contains(kind)) {
      throw new IllegalStateException(
          kind.title() + " was not asked for; name it in the options of DevServices.start");
    }
    synchronized (services) {
      @Nullable Service present = services.get(kind);
      if (present != null) {
        return present;
      }
      Service made = make(kind);
      made.start();
      return made;
    }
  }

  private Service make(ServiceKind kind) {
    synchronized (services) {
      Service made = source.of(kind);
      services.put(kind, made);
      return made;
    }
  }

  /** Starts them side by side; the first failure is thrown when all have ended their start. */
  static void startAll(List<? extends Service> services) {
    ExecutorService threads = Executors.newFixedThreadPool(services.size());
    try {
      List<CompletableFuture<Void>> starts =
          services.stream()
              .map(service -> CompletableFuture.runAsync(service::start, threads))
              .toList();
      CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } finally {
      threads.shutdown();
    }
  }

  private void end() {
    synchronized (services) {
      services.values().forEach(service -> service.server().end());
      if (redisCluster != null) {
        redisCluster.end();
      }
      services.clear();
      SluiceFolder.delete(folder);
    }
  }

  private static final class Shared {
    static final DevServices SERVICES = new DevServices(ServiceOptions.all());
  }
}
