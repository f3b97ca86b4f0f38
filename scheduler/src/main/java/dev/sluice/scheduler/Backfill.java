package dev.sluice.scheduler;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fires a job for instants that are past and that the ledger does not have. */
final class Backfill {
  private static final int PAGE = 500;

  private final Transactions transactions;
  private final Firing firing;
  private final JobSpec job;

  Backfill(Transactions transactions, Firing firing, JobSpec job) {
    this.transactions = transactions;
    this.firing = firing;
    this.job = job;
  }

  BackfillReport run(Instant from, Instant to, BackfillOptions options) throws SQLException {
    List<Instant> fired = new ArrayList<>();
    int queued = 0;
    int present = 0;
    List<Instant> page = page(from, to);
    while (!page.isEmpty()) {
      Set<Instant> inLedger = inLedger(page);
      for (Instant due : page) {
        if (inLedger.contains(due)) {
          present++;
        } else if (fired.size() == options.limit()) {
          return report(fired, queued, present, due, options);
        } else if (options.dryRun()) {
          fired.add(due);
        } else {
          Optional<FiringRow> row = firing.backfill(job.name(), due);
          row.ifPresent(made -> fired.add(due));
          queued += row.filter(made -> made.state() == FiringState.QUEUED).isPresent() ? 1 : 0;
        }
      }
      page = page(page.get(page.size() - 1).plusMillis(1), to);
    }
    return report(fired, queued, present, null, options);
  }

  /** The first instants from one on, before another. */
  private List<Instant> page(Instant from, Instant to) {
    List<Instant> page = new ArrayList<>();
    Optional<Instant> due = job.timing().nextAfter(from.minusMillis(1));
    while (page.size() < PAGE && due.filter(to::isAfter).isPresent()) {
      page.add(due.get());
      due = job.timing().nextAfter(due.get());
    }
    return page;
  }

  private Set<Instant> inLedger(List<Instant> page) throws SQLException {
    return transactions.run(
        connection ->
            LedgerView.between(connection, job.name(), page.get(0), page.get(page.size() - 1)));
  }

  private BackfillReport report(
      List<Instant> fired,
      int queued,
      int present,
      @Nullable Instant next,
      BackfillOptions options) {
    return new BackfillReport(job.name(), fired, queued, present, next, options.dryRun());
  }
}
