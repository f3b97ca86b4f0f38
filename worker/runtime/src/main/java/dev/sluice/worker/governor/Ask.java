package dev.sluice.worker.governor;

import org.jspecify.annotations.Nullable;

/**
 * What is about to run: an attempt, or a batch of one task type.
 *
 * @param type name of the task type
 * @param queue its queue, namespace included, also where it came from a partition of that
 * @param key the key of the limits per key; null for none, and for a batch
 * @param database the database that it writes to in the worker's transaction; null for none
 * @param tasks how many tasks, 1 but for a batch
 */
public record Ask(
    String type, String queue, @Nullable String key, @Nullable String database, int tasks) {}
