package dev.sluice.worker.retention;

import dev.sluice.database.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The one of two that a database can do; which, is found out once it is there.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class DialectCut implements Cut {
  private final DataSource dataSource;
  private final Cut partitions;
  private final Cut rows;
  private volatile @Nullable Cut chosen;

  /** Partitions where tables of ours have some, else rows. */
  DialectCut(DataSource dataSource, Cut partitions, Cut rows) {
    this.dataSource = dataSource;
    this.partitions = partitions;
    this.rows = rows;
  }

  @Override
  public Piece next(Instant started, @Nullable String position) throws SQLException {
    return chosen().next(started, position);
  }

  @Override
  public void check(Connection connection) throws SQLException {
    choose(connection).check(connection);
  }

  @Override
  public void prepare() throws SQLException {
    chosen().prepare();
  }

  private Cut chosen() throws SQLException {
    Cut known = chosen;
    if (known != null) {
      return known;
    }
    try (Connection connection = dataSource.getConnection()) {
      return choose(connection);
    }
  }

  private Cut choose(Connection connection) throws SQLException {
    Cut choice = Dialect.of(connection).partitioned() ? partitions : rows;
    chosen = choice;
    return choice;
  }
}
