package dev.sluice.worker.retention;

import dev.sluice.outbox.SqlTimes;
import dev.sluice.worker.longtask.OwnTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Before firings go from the ledger: tells schedulers to make up for nothing that is as old. A job
 * that is due once a year would else be taken for one that missed its last firing.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class ForgottenFirings implements Cut {
  private static final String UPDATE = "UPDATE sluice_job SET since = ? WHERE since < ?";

  private final DataSource dataSource;
  private final Duration keep;
  private final InstantSource clock;

  ForgottenFirings(DataSource dataSource, Duration keep, InstantSource clock) {
    this.dataSource = dataSource;
    this.keep = keep;
    this.clock = clock;
  }

  @Override
  public Piece next(Instant started, @Nullable String position) throws SQLException {
    prepare();
    return Piece.last(0, Piece.NOTHING_LEFT);
  }

  @Override
  public void check(Connection connection) {}

  @Override
  public void prepare() throws SQLException {
    String oldest = SqlTimes.text(clock.instant().minus(keep));
    OwnTransaction.statement(
        dataSource,
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
            update.setString(1, oldest);
            update.setString(2, oldest);
            return update.executeUpdate();
          }
        });
  }
}
