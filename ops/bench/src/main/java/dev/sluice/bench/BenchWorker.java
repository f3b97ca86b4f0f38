package dev.sluice.bench;

import dev.sluice.bench.effects.EffectTables;
import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import dev.sluice.worker.governor.Governor;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;

/**
 * A worker in a process of its own whose governor is told what to do line by line: {@code ceiling
 * ROWS}, 0 for none. It ends when its standard input does.
 */
final class BenchWorker {
  /** Rows that a task with many statements leaves beside the inbox. */
  static final int LINES = 20;

  static final String READY = "ready";
  private static final String MAIN = "main";
  private static final int PREFETCH = 500;
  private static final int MAX_BODY = 1 << 16;

  private BenchWorker() {}

  public static void main(String[] args) throws Exception {
    Map<String, String> env = System.getenv();
    int concurrency = Integer.parseInt(wanted(env, "BENCH_CONCURRENCY"));
    String queue = wanted(env, "BENCH_QUEUE");
    Governor governor = new Governor();
    bound(governor, Long.parseLong(wanted(env, "BENCH_CEILING")));
    DatabaseOptions where =
        DatabaseOptions.of(wanted(env, "BENCH_DATABASE"))
            .user(env.get("BENCH_DATABASE_USER"))
            .password(env.get("BENCH_DATABASE_PASSWORD"))
            .poolSize(concurrency + 4);
    try (Database database = Database.open(where);
        Broker broker = RabbitBroker.open(RabbitOptions.of(wanted(env, "BENCH_BROKER")));
        Worker worker =
            Worker.open(
                WorkerOptions.of(broker)
                    .dataSource(database.dataSource())
                    .governor(governor)
                    .maxBodyBytes(MAX_BODY)
                    .queue(
                        queue,
                        QueueOptions.DEFAULTS
                            .concurrency(concurrency)
                            .prefetch(Math.max(PREFETCH, concurrency))))) {
      if (wanted(env, "BENCH_HANDLER").equals("lines")) {
        worker.handle(WriteRow.TYPE.queue(queue), BenchWorker::lines);
      } else {
        worker.handleBatch(WriteRow.TYPE.queue(queue), SluiceWriter.BATCH, SluiceWriter::insert);
      }
      worker.start();
      System.out.println(READY);
      obey(governor);
    }
  }

  private static void obey(Governor governor) throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      bound(governor, Long.parseLong(line.substring(line.indexOf(' ') + 1)));
    }
  }

  private static void bound(Governor governor, long rowsPerSecond) {
    if (rowsPerSecond > 0) {
      governor.database(MAIN).ceiling(rowsPerSecond);
    } else {
      governor.database(MAIN).withoutCeiling();
    }
  }

  /** A transaction of many statements, each a row. */
  private static Outcome lines(WriteRow payload, TaskContext task, Connection transaction)
      throws SQLException {
    try (PreparedStatement insert = transaction.prepareStatement(EffectTables.INSERT_ROW)) {
      for (int line = 0; line < LINES; line++) {
        insert.setLong(1, payload.number() * LINES + line);
        insert.setString(2, payload.text());
        insert.executeUpdate();
      }
    }
    return Outcome.completed();
  }

  private static String wanted(Map<String, String> env, String name) {
    return Objects.requireNonNull(env.get(name), name);
  }
}
