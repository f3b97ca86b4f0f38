package dev.sluice.worker.longtask;

import dev.sluice.worker.firing.FiringId;
import org.jspecify.annotations.Nullable;

/**
 * A long task that is about to be planned.
 *
 * @param id its id
 * @param name its kind
 * @param queue queue of its continuations, without namespace
 * @param payload body of a message with its payload
 * @param firing the firing that ends with it; null for none
 */
record NewLongTask(
    String id, String name, String queue, byte[] payload, @Nullable FiringId firing) {}
