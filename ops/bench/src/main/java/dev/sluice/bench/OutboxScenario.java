package dev.sluice.bench;

import dev.sluice.cli.CommandFailed;
import dev.sluice.database.Database;
import dev.sluice.message.Message;
import dev.sluice.producer.EnqueueRequest;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** A full outbox is relayed to RabbitMQ. */
final class OutboxScenario {
  private static final int TRANSACTION = 500;
  private static final double TARGET = 10_000;
  private static final long POLL_NANOS = 10_000_000;
  private static final long PATIENCE_NANOS = 600_000_000_000L;

  private OutboxScenario() {}

  static Scenario create(BenchRig rig, Database database, long tasks, int relays) throws Exception {
    database.migrate();
    OutboxTable table = new OutboxTable(database.dataSource());
    if (!table.isEmpty()) {
      throw new CommandFailed(
          "the table sluice_outbox of this database holds rows, which the benchmark would publish;"
              + " name another database with --database-url, or none for a private one");
    }
    Message template = rig.template();
    return new Scenario(
        "outbox",
        "messages/s",
        Target.rate(TARGET),
        List.of(
            new Raw(rig, table, template, tasks, relays),
            new Sluice(rig, table, database.dataSource(), tasks, relays)),
        List.of(
            "%,d rows a round, body of %,d bytes, quorum queue, %d relay(s)"
                .formatted(tasks, template.body().length, relays),
            "database: " + table.server(),
            "raw: as many threads, each with a loop of SELECT … FOR UPDATE SKIP LOCKED of "
                + RawRelay.BATCH
                + " rows, publish, wait for the confirms, DELETE, COMMIT",
            "from the start of the relays until the table is empty"),
        Map.of("relays", relays, "target", TARGET));
  }

  /** Writes tasks as an application does, in its transactions. */
  private static Set<String> fill(Producer producer, DataSource database, String queue, long tasks)
      throws SQLException {
    EnqueueRequest<Filler> request =
        EnqueueRequest.of(BenchRig.NOOP.queue(queue), Filler.ofBytes(BenchRig.BODY_BYTES));
    Set<String> accepted = new HashSet<>();
    for (long left = tasks; left > 0; left -= TRANSACTION) {
      List<EnqueueRequest<Filler>> chunk =
          Collections.nCopies((int) Math.min(TRANSACTION, left), request);
      List<String> ids = new ArrayList<>(chunk.size());
      producer.transaction(
          database, tx -> tx.enqueueAll(chunk).forEach(task -> ids.add(task.taskId())));
      accepted.addAll(ids);
    }
    return accepted;
  }

  private record Raw(BenchRig rig, OutboxTable table, Message template, long tasks, int relays)
      implements Subject {
    @Override
    public String name() {
      return "raw";
    }

    @Override
    public Round run(int round) throws Exception {
      String queue = "bench.outbox.raw." + round;
      try (RawClient client = new RawClient(rig.url())) {
        client.declare(queue);
      }
      fill(rig.producer(), table.dataSource(), queue, tasks);
      Stopwatch watch = Stopwatch.start();
      List<CompletableFuture<Void>> running = new ArrayList<>();
      for (int i = 0; i < relays; i++) {
        RawRelay relay = new RawRelay(rig.url(), table.dataSource(), queue, template);
        running.add(CompletableFuture.runAsync(relay, task -> new Thread(task, "raw").start()));
      }
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
      return rig.audited(queue, tasks, watch.stop(), null);
    }
  }

  private record Sluice(
      BenchRig rig, OutboxTable table, DataSource database, long tasks, int relays)
      implements Subject {
    @Override
    public String name() {
      return "sluice";
    }

    @Override
    public Round run(int round) throws Exception {
      String queue = "bench.outbox.sluice." + round;
      Set<String> accepted = fill(rig.producer(), database, queue, tasks);
      List<Producer> relaying = new ArrayList<>();
      Stopwatch watch = Stopwatch.start();
      try {
        for (int i = 0; i < relays; i++) {
          relaying.add(Producer.open(rig.broker(), ProducerOptions.DEFAULTS.outbox(database)));
        }
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!table.isEmpty() && System.nanoTime() < deadline) {
          LockSupport.parkNanos(POLL_NANOS);
        }
        Stopwatch.Elapsed elapsed = watch.stop();
        relaying.forEach(Producer::close);
        TaskAudit.Verdict verdict = TaskAudit.of(rig.url(), queue, accepted);
        return new Round(tasks, elapsed, null, verdict.lost(), verdict.doubled());
      } finally {
        relaying.forEach(Producer::close);
      }
    }
  }
}
