package dev.sluice.timelines.handlers;

import dev.sluice.timelines.ReadingOptions;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.TaskModule;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the handlers of timelines in a worker that has a database and a Redis; in one that
 * lacks either it registers none, and leaves what the built-in jobs of timelines ask for to others.
 *
 * <p>Threading: for the thread that starts and ends the worker.
 */
public final class TimelinesModule implements TaskModule, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TimelinesModule.class);

  private final InstantSource clock;
  private @Nullable TimelineHandlers timelines;

  /** One for a worker. */
  public TimelinesModule() {
    this(InstantSource.system());
  }

  TimelinesModule(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void register(Handlers handlers, Services services) {
    Optional<DataSource> dataSource = services.dataSource();
    Optional<URI> redisUrl = services.redisUrl();
    TimelineOptions options = TimelineOptions.of(services.namespace(), services.properties());
    if (dataSource.isEmpty() || redisUrl.isEmpty()) {
      log.info(
          "No timelines in this worker: it has no {}", dataSource.isEmpty() ? "database" : "Redis");
      if (dataSource.isPresent()) {
        new JobsElsewhere(clock).register(handlers);
      }
      return;
    }
    TimelineHandlers opened =
        TimelineHandlers.open(
            ReadingOptions.of(dataSource.get(), redisUrl.get())
                .withTimelines(options)
                .withBroker(services.broker().orElse(null)));
    timelines = opened;
    if (!"false".equals(services.properties().get(TimelineOptions.HANDLE_POSTS))) {
      handlers.handle(TimelineTasks.POST_CREATED, opened.postHandler());
    }
    opened.register(handlers);
  }

  /** Closes the connections to Redis, after the worker. A process that ends need not call it. */
  @Override
  public void close() {
    if (timelines != null) {
      timelines.close();
    }
  }
}
