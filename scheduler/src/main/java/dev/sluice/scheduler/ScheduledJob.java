package dev.sluice.scheduler;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stands.
 *
 * @param spec when it is due and what it enqueues
 * @param source where it comes from
 * @param paused whether somebody has paused it
 * @param since nothing that was due at or before this is made up for
 * @param next when it is due next; null when it is paused, disabled or never due again
 * @param last the firing with the newest instant; null when there was none yet
 * @param open its firings that are queued, or enqueued and within the job's timeout
 */
public record ScheduledJob(
    JobSpec spec,
    JobSource source,
    boolean paused,
    Instant since,
    @Nullable Instant next,
    @Nullable FiringRow last,
    int open) {}
