package dev.sluice.bench;

import dev.sluice.bench.effects.Effect;
import dev.sluice.bench.effects.EffectTables;
import dev.sluice.bench.peers.Contender;
import dev.sluice.worker.BatchHandler;
import dev.sluice.worker.BatchItem;
import dev.sluice.worker.BatchOptions;
import dev.sluice.worker.BatchOutcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.Worker;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A worker with a batch handler that leaves one row for each task. */
record SluiceWriter(Worker worker) implements Contender {
  static final int CONCURRENCY = 2;
  static final int PREFETCH = 2500;
  // So that the prefetch is within the bound on memory for bodies, on any heap.
  static final int MAX_BODY = 1 << 16;
  static final BatchOptions BATCH = BatchOptions.DEFAULTS;

  /** A worker that consumes {@code queue} once it is started. */
  static SluiceWriter of(BenchRig rig, String queue, EffectTables tables) {
    BatchHandler<WriteRow> handler = SluiceWriter::insert;
    return new SluiceWriter(
        Worker.open(
                rig.worker()
                    .maxBodyBytes(MAX_BODY)
                    .dataSource(tables.dataSource())
                    .queue(
                        queue, QueueOptions.DEFAULTS.concurrency(CONCURRENCY).prefetch(PREFETCH)))
            .handleBatch(WriteRow.TYPE.queue(queue), BATCH, handler));
  }

  /** The handler: one multi-row statement. */
  static BatchOutcome insert(List<BatchItem<WriteRow>> batch, Connection transaction)
      throws SQLException {
    List<Effect> effects = batch.stream().map(WriteRow::effect).toList();
    EffectTables.insertRows(transaction, effects);
    return BatchOutcome.completed();
  }

  @Override
  public void start() {
    worker.start();
  }

  @Override
  public void close() {
    worker.close();
  }
}
