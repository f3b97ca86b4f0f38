package dev.sluice.scheduler;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A firing of a job, as the ledger has it.
 *
 * @param job the job's name
 * @param fireTime the instant at which it was due; of a run asked for, when that was
 * @param origin why it was fired
 * @param state how far it has come
 * @param taskId its task; null while it is queued and when it was skipped
 * @param firedAt when it was written into the ledger
 * @param enqueuedAt when its task was written into the outbox; null without a task
 * @param endedAt when its task's outcome was told; null before
 * @param duration how long the last attempt of its task took; null when nobody told
 */
public record FiringRow(
    String job,
    Instant fireTime,
    FiringOrigin origin,
    FiringState state,
    @Nullable String taskId,
    Instant firedAt,
    @Nullable Instant enqueuedAt,
    @Nullable Instant endedAt,
    @Nullable Duration duration) {}
