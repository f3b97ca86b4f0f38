package dev.sluice.cli.demo;

import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.Timelines;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskModule;
import dev.sluice.worker.TransactionalHandler;
import java.io.IOException;

/**
 * The demo's handlers: posts are handled as ever, and each leaves a row in the demo's table of
 * effects in the same transaction. Registers nothing unless {@value #LEDGER} is true.
 */
public final class DemoModule implements TaskModule {
  static final String LEDGER = "demo.ledger";
  static final String CHUNK = "timelines.chunk";

  @Override
  public void register(Handlers handlers, Services services) {
    if (!"true".equals(services.properties().get(LEDGER))) {
      return;
    }
    // Both live as long as the process.
    Timelines timelines =
        Timelines.open(
            services.dataSource().orElseThrow(),
            services.redisUrl().orElseThrow(),
            TimelineOptions.DEFAULTS
                .withNamespace(services.namespace())
                .withChunk(Integer.parseInt(services.properties().get(CHUNK))));
    TransactionalHandler<PostCreated> posts = timelines.postHandler();
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
}
