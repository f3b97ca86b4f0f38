package dev.sluice.worker.order;

import java.time.Instant;

/**
 * An order key whose next task has started and is not settled.
 *
 * @param partition its partition queue, namespace included
 * @param key as its producer gave it
 * @param taskId the task that holds it: it waits for its retry, or is about to run
 * @param since when it became the key's next
 * @param waiting tasks that wait behind it
 */
public record HeldKey(String partition, String key, String taskId, Instant since, int waiting) {}
