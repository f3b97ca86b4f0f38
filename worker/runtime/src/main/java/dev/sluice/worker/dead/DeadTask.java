package dev.sluice.worker.dead;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the dead tasks.
 *
 * @param id number of the entry
 * @param taskId null when the message had none, or one over 255 characters
 * @param taskName name of the task type; null when the message had none
 * @param queue the queue it came from, namespace included; empty when unknown
 * @param reason name of a {@code DeadReason}
 * @param detail the reason for a person
 * @param exception class name of the last exception; null for none
 * @param stack its stack trace, clipped; null for none, and in lists
 * @param causeTransient whether the cause passes by itself, so that the retry job sends it back
 * @param attempts attempts that it had
 * @param worker the worker that gave it up; null when unknown
 * @param deadAt when it died
 * @param state what became of it
 * @param stateAt since when
 * @param redrives how often it had been sent back before it died
 * @param autoRedrives how often of these, in a row, by the retry job
 * @param clipped whether the message was too big to be kept whole
 */
public record DeadTask(
    long id,
    @Nullable String taskId,
    @Nullable String taskName,
    String queue,
    String reason,
    String detail,
    @Nullable String exception,
    @Nullable String stack,
    boolean causeTransient,
    int attempts,
    @Nullable String worker,
    Instant deadAt,
    DeadState state,
    Instant stateAt,
    int redrives,
    int autoRedrives,
    boolean clipped) {}
