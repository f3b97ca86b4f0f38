package dev.sluice.bench;

import dev.sluice.bench.effects.Effect;
import dev.sluice.task.TaskType;
import dev.sluice.worker.BatchItem;

/**
 * Payload of a task that leaves a row.
 *
 * @param number distinct in a round
 * @param text what the row carries
 */
public record WriteRow(long number, String text) {
  static final TaskType<WriteRow> TYPE = TaskType.of("bench.write", WriteRow.class);

  /** What every row carries. */
  static final String TEXT = "x".repeat(100);

  static WriteRow numbered(long number) {
    return new WriteRow(number, TEXT);
  }

  static Effect effect(BatchItem<WriteRow> item) {
    return new Effect(item.task().taskId(), item.payload().number(), item.payload().text());
  }
}
