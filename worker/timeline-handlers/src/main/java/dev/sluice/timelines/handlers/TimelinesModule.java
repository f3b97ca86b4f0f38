package dev.sluice.timelines.handlers;

import dev.sluice.timelines.ReadingOptions;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskModule;
import java.net.URI;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the handlers of timelines in a worker that has a database and a Redis; in one that
 * lacks either it registers none, and discards what the built-in jobs of timelines ask for.
 *
 * <p>Threading: for the thread that starts and ends the worker.
 */
public final class TimelinesModule implements TaskModule, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TimelinesModule.class);

  private @Nullable TimelineHandlers timelines;

  @Override
  public void register(Handlers handlers, Services services) {
    Optional<DataSource> dataSource = services.dataSource();
    Optional<URI> redisUrl = services.redisUrl();
    TimelineOptions options = TimelineOptions.of(services.namespace(), services.properties());
    if (dataSource.isEmpty() || redisUrl.isEmpty()) {
      log.info(
          "No timelines in this worker: it has no {}", dataSource.isEmpty() ? "database" : "Redis");
      if (dataSource.isPresent()) {
        discardJobs(handlers);
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

  /** The built-in jobs are on by default: unknown, the task of each firing would end up dead. */
  private static void discardJobs(Handlers handlers) {
    Outcome nothing = Outcome.discarded("this worker has no Redis, and so no timelines");
    handlers.handle(TimelineTasks.TRUNCATE, (truncate, task) -> nothing);
    handlers.handle(TimelineTasks.RECOUNT, (recount, task) -> nothing);
  }

  /** Closes the connections to Redis, after the worker. A process that ends need not call it. */
  @Override
  public void close() {
    if (timelines != null) {
      timelines.close();
    }
  }
}
