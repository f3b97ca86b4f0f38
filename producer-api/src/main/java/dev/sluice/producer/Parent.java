package dev.sluice.producer;

/**
 * The task that a follow-up task comes from.
 *
 * @param taskId its id
 * @param rootId id of the task at the root of its tree
 * @param ordinal number of the follow-up among those of this task, so that a second run of its
 *     handler gives it the same id
 */
public record Parent(String taskId, String rootId, int ordinal) {}
