package dev.sluice.scheduler;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a backfill did, or in a dry run would do.
 *
 * @param job the job's name
 * @param fired the instants that were fired, oldest first
 * @param queued how many of them wait until one before them has ended; 0 in a dry run
 * @param present how many instants before the last of these were in the ledger already
 * @param next where to go on, when there may be more than the limit allowed; null when all was done
 * @param dryRun whether nothing was fired in truth
 */
public record BackfillReport(
    String job,
    List<Instant> fired,
    int queued,
    int present,
    @Nullable Instant next,
    boolean dryRun) {

  public BackfillReport {
    fired = List.copyOf(fired);
  }
}
