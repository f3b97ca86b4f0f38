package dev.sluice.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about how its task is enqueued; null where it says nothing.
 *
 * @param queue another queue than the task's
 * @param delay start no earlier than this from now
 * @param eta start no earlier than this
 * @param expires start no later than this
 * @param priority 0 to 9
 * @param orderKey runs after all earlier tasks of this key
 * @param version version of the payload
 * @param taskId the id it is to have
 * @param key its idempotency key
 * @param window how long that key is remembered
 * @param headers further headers of its message
 */
record TaskOptions(
    @Nullable String queue,
    @Nullable Duration delay,
    @Nullable Instant eta,
    @Nullable Instant expires,
    @Nullable Integer priority,
    @Nullable String orderKey,
    @Nullable Integer version,
    @Nullable String taskId,
    @Nullable String key,
    @Nullable Duration window,
    Map<String, String> headers) {}
