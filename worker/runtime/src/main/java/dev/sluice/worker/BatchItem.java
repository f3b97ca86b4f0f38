package dev.sluice.worker;

/**
 * One task of a batch.
 *
 * @param payload its arguments
 * @param task the handler's view of its attempt; follow-up tasks commit with the batch
 */
public record BatchItem<P extends Record>(P payload, TaskContext task) {}
