package dev.sluice.worker.retention;

/**
 * What a run did.
 *
 * @param table what the configuration calls the table
 * @param database its database
 * @param rows how many went, not counting those of steps that a crash repeated; of partitions about
 *     how many
 * @param rowsPerSecond over all its time
 * @param seconds how long it took
 * @param behindSeconds how much older than its retention the oldest row is that was left, at most;
 *     where partitions are dropped, the rest of the day is not counted
 */
public record TruncationReport(
    String table,
    String database,
    long rows,
    double rowsPerSecond,
    double seconds,
    long behindSeconds) {}
