package dev.sluice.worker.retention;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.worker.longtask.OwnTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the partitions of a table of Sluice's own: coming days are added, old ones are dropped. It
 * gives way to open transactions; the next run makes up for it.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class PartitionCut implements Cut {
  private static final Logger log = LoggerFactory.getLogger(PartitionCut.class);
  private static final Duration A_DAY = Duration.ofDays(1);

  private final String table;
  private final DataSource dataSource;
  private final Duration keep;
  private final InstantSource clock;
  private final Upkeep upkeep;

  /** What keeps the partitions; returns about how many rows went. */
  @FunctionalInterface
  interface Upkeep {
    long maintain(Connection connection, Instant oldest, Instant now) throws SQLException;
  }

  PartitionCut(
      String table, DataSource dataSource, Duration keep, InstantSource clock, Upkeep upkeep) {
    this.table = table;
    this.dataSource = dataSource;
    this.keep = keep;
    this.clock = clock;
    this.upkeep = upkeep;
  }

  @Override
  public Piece next(Instant started, @Nullable String position) throws SQLException {
    try {
      long rows = maintain();
      return Piece.last(rows, Piece.NOTHING_LEFT);
    } catch (SQLException e) {
      if (SqlErrors.classify(e) != SqlErrorClass.LOCK_TIMEOUT) {
        throw e;
      }
      log.warn("{} keeps its partitions for now, a transaction is open: {}", table, e.getMessage());
      return Piece.last(0, A_DAY);
    }
  }

  @Override
  public void check(Connection connection) {}

  @Override
  public void prepare() throws SQLException {
    maintain();
  }

  private long maintain() throws SQLException {
    Instant now = clock.instant();
    return OwnTransaction.statement(
        dataSource, connection -> upkeep.maintain(connection, now.minus(keep), now));
  }
}
