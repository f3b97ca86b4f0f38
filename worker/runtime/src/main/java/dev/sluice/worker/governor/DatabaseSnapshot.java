package dev.sluice.worker.governor;

import org.jspecify.annotations.Nullable;

/**
 * What bounds the load on a database, as it is now.
 *
 * @param name its name in the configuration
 * @param ceiling rows a second; 0 for none
 * @param scope whose rows the ceiling counts
 * @param sharedAway whether a global ceiling cannot be shared at the moment: this worker holds to
 *     its part
 * @param rows rows written within the last second, by this process
 * @param outstanding rows permitted and not yet written, in this process
 * @param running attempts that have leave to work on it
 * @param concurrency how many may have, {@link Integer#MAX_VALUE} for any number
 * @param breaker whether it is worked with
 * @param why why it is not, for a person; null when it is
 */
public record DatabaseSnapshot(
    String name,
    long ceiling,
    CeilingScope scope,
    boolean sharedAway,
    long rows,
    long outstanding,
    int running,
    int concurrency,
    BreakerState breaker,
    @Nullable String why) {}
