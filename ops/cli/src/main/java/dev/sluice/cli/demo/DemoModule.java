package dev.sluice.cli.demo;

import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.ReadingOptions;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.handlers.TimelineHandlers;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskModule;
import dev.sluice.worker.TransactionalHandler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The demo's handlers: posts are handled as ever, and each leaves a row in the demo's table of
 * effects in the same transaction. Registers nothing unless {@value #LEDGER} is true.
 *
 * <p>Threading: for the thread that starts and ends the worker.
 */
public final class DemoModule implements TaskModule, AutoCloseable {
  static final String LEDGER = "demo.ledger";
  static final String CHUNK = "timelines.chunk";

  private @Nullable TimelineHandlers timelines;

  @Override
  public void register(Handlers handlers, Services services) {
    if (!"true".equals(services.properties().get(LEDGER))) {
      return;
    }
    TimelineHandlers opened =
        TimelineHandlers.open(
            ReadingOptions.of(
                    services.dataSource().orElseThrow(), services.redisUrl().orElseThrow())
                .withTimelines(
                    TimelineOptions.DEFAULTS
                        .withNamespace(services.namespace())
                        // The ledger wants every post pushed, whatever graph it is given.
                        .withCelebrityFollowers(0)
                        .withChunk(Integer.parseInt(services.properties().get(CHUNK)))));
    timelines = opened;
    TransactionalHandler<PostCreated> posts = opened.postHandler();
    handlers
        .handle(
            TimelineTasks.POST_CREATED,
            (post, task, connection) -> {
              DemoTables.insertEffect(connection, task.taskId());
              return posts.handle(post, task, connection);
            })
        .handle(
            DemoTasks.CALL,
            (call, task, connection) -> {
              if (!DemoTables.dependencyIsThere(connection)) {
                throw new IOException("what the task needs is away");
              }
              DemoTables.insertEffect(connection, task.taskId());
              return Outcome.completed();
            });
  }

  /** Closes the connections to Redis, after the worker. A process that ends need not call it. */
  @Override
  public void close() {
    if (timelines != null) {
      timelines.close();
    }
  }
}
