package dev.sluice.bench.peers;

import dev.sluice.bench.effects.Effect;
import dev.sluice.bench.effects.EffectTables;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.server.runner.ThreadLocalJobContext;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.mariadb.MariaDbStorageProvider;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;

/**
 * JobRunr on the same database, which is its queue too.
 *
 * <p>Threading: for one thread.
 */
public final class JobRunrPeer implements Contender {
  /** As it stands in the output. */
  public static final String NAME = "jobrunr";

  /** How it is set up. */
  public static final String SETTINGS =
      "jobrunr: its queue in the same database (MariaDbStorageProvider), 16 workers (8 a core, its"
          + " default), poll interval 5 s (it fetches as soon as workers are free), each job inserts"
          + " both rows in a transaction";

  private static final int WORKERS = 16;
  private static final int CHUNK = 1000;

  private final StorageProvider storage;
  private final BackgroundJobServer server;

  private JobRunrPeer(StorageProvider storage, BackgroundJobServer server) {
    this.storage = storage;
    this.server = server;
  }

  /** What a job does. */
  public static final class Writer implements JobRequestHandler<WriteRequest> {
    private final EffectTables tables;

    Writer(EffectTables tables) {
      this.tables = tables;
    }

    @Override
    public void run(WriteRequest request) throws SQLException {
      String id = ThreadLocalJobContext.getJobContext().getJobId().toString();
      tables.apply(List.of(new Effect(id, request.number(), request.text())));
    }
  }

  /** Stores jobs and sets up a server that has not started. */
  public static JobRunrPeer holding(EffectTables tables, long tasks, String text) {
    Jackson3JsonMapper json = new Jackson3JsonMapper();
    StorageProvider storage = new MariaDbStorageProvider(tables.dataSource(), "bench_");
    storage.setJobMapper(new JobMapper(json));
    Writer writer = new Writer(tables);
    JobActivator activator =
        new JobActivator() {
          @Override
          public <T> T activateJob(Class<T> type) {
            return type.cast(writer);
          }
        };
    BackgroundJobServer server =
        new BackgroundJobServer(
            storage,
            json,
            activator,
            BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                .andWorkerCount(WORKERS)
                .andInterruptJobsAwaitDurationOnStopBackgroundJobServer(Duration.ofSeconds(10)));
    JobRequestScheduler scheduler = new JobRequestScheduler(storage);
    for (long first = 0; first < tasks; first += CHUNK) {
      scheduler.enqueue(
          LongStream.range(first, Math.min(first + CHUNK, tasks))
              .mapToObj(number -> new WriteRequest(number, text)));
    }
    return new JobRunrPeer(storage, server);
  }

  @Override
  public void start() {
    server.start();
  }

  @Override
  public void close() {
    server.stop();
    storage.close();
  }
}
