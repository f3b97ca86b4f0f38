package dev.sluice.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message of the outbox that was set aside, since it cannot be published.
 *
 * @param id number of its row
 * @param taskId null when the stored bytes are no task
 * @param taskName null when the stored bytes are no task
 * @param queue where it was to go, namespace included
 * @param reason what the broker, or the reading of the stored bytes, had against it
 * @param failingSince when it failed first
 */
public record ParkedMessage(
    long id,
    @Nullable String taskId,
    @Nullable String taskName,
    String queue,
    String reason,
    Instant failingSince) {}
