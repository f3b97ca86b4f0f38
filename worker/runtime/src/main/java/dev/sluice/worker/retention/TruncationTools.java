package dev.sluice.worker.retention;

import dev.sluice.worker.retention.RowCut.Target;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import javax.sql.DataSource;

/**
 * What every truncation of a worker goes by.
 *
 * @param clock tells what is old
 * @param ticks nanoseconds that never go back
 * @param ceiling rows that a database may be written in any one second, by its name; 0 for no limit
 * @param rest waits for so long
 */
record TruncationTools(
    InstantSource clock, LongSupplier ticks, ToLongFunction<String> ceiling, Rest rest) {

  /** Leaves the database alone for a while. */
  @FunctionalInterface
  interface Rest {
    void of(Duration pause) throws InterruptedException;
  }

  Target target(Retention retention, DataSource dataSource) {
    return Target.of(retention, dataSource, () -> ceiling.applyAsLong(retention.database()), ticks);
  }
}
