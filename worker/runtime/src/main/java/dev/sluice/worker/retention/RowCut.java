package dev.sluice.worker.retention;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.worker.longtask.OwnTransaction;
import dev.sluice.worker.retention.RowSql.Found;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the old rows of a table in small batches, each a transaction: the oldest first where an
 * index tells them, else by a walk along the primary key. Where the table is parted by age, old
 * partitions are dropped instead.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class RowCut implements Cut {
  private static final Logger log = LoggerFactory.getLogger(RowCut.class);

  /** A walk by key looks at so many rows at a time, old or not. */
  private static final int LOOKED_AT = 500;

  /** A position must fit into 255 characters, with what stands before it. */
  private static final int LONGEST_POSITION = 200;

  /** Somebody holds a row that is to go. */
  private static final Duration LOCKED = Duration.ofSeconds(2);

  /** As a rule a partition has the rows of a day. */
  private static final Duration A_DAY = Duration.ofDays(1);

  private final Target target;
  private final BatchPace pace;
  private volatile @Nullable TableShape known;

  /**
   * What it deletes from.
   *
   * @param ceiling rows that the database may be written in any one second; 0 for no limit
   * @param ticks nanoseconds that never go back
   * @param condition what else must hold of an old row; empty for nothing
   * @param indexed whether an index finds the oldest rows of which the condition holds
   * @param dependents rows of another table that go with each row; null for none
   */
  record Target(
      Retention retention,
      DataSource dataSource,
      LongSupplier ceiling,
      LongSupplier ticks,
      String condition,
      boolean indexed,
      @Nullable Dependents dependents) {

    /** Every row of a table. */
    static Target of(
        Retention retention, DataSource dataSource, LongSupplier ceiling, LongSupplier ticks) {
      return new Target(retention, dataSource, ceiling, ticks, "", false, null);
    }

    Target where(String newCondition, boolean findsOldest) {
      return new Target(
          retention, dataSource, ceiling, ticks, newCondition, findsOldest, dependents);
    }

    Target with(Dependents newDependents) {
      return new Target(retention, dataSource, ceiling, ticks, condition, indexed, newDependents);
    }
  }

  RowCut(Target target) {
    this.target = target;
    pace = new BatchPace(target.retention().batch());
  }

  @Override
  public void check(Connection connection) throws SQLException {
    TableShape shape = ShapeReader.read(connection, target.retention());
    known = target.indexed() ? shape.indexedWithCondition() : shape;
  }

  @Override
  public Piece next(Instant started, @Nullable String position) throws SQLException {
    try {
      TableShape shape = shape();
      RowSql sql = new RowSql(shape, target.condition());
      Instant limit = started.minus(target.retention().keep());
      if (position == null) {
        return dropPartitions(shape, limit);
      }
      RowPosition at = RowPosition.of(position);
      return shape.indexed() ? oldest(sql, at, limit) : walk(sql, at, limit);
    } catch (SQLException e) {
      return afterFailure(e, position);
    }
  }

  private Piece afterFailure(SQLException e, @Nullable String position) throws SQLException {
    SqlErrorClass error = SqlErrors.classify(e);
    if (error == SqlErrorClass.SCHEMA) {
      known = null;
      throw new RetentionInvalid(
          "table '%s' of database '%s' is not what it was when the worker started: %s"
              .formatted(target.retention().table(), target.retention().database(), e.getMessage()),
          e);
    }
    if (error == SqlErrorClass.DATA) {
      throw new RetentionInvalid(
          "old rows of table '%s' cannot be deleted: %s; let what refers to them go first"
              .formatted(target.retention().table(), e.getMessage()),
          e);
    }
    if (error == SqlErrorClass.LOCK_TIMEOUT || error == SqlErrorClass.DEADLOCK) {
      log.info("{} waits, somebody holds it: {}", target.retention().table(), e.getMessage());
      return position == null ? partitionsKept() : held(position);
    }
    throw e;
  }

  /** A transaction is open that partitions are not dropped under; the next run makes up for it. */
  private static Piece partitionsKept() {
    return Piece.last(0, A_DAY);
  }

  /** Fewer at a time: while it waits for one row, it holds the others. */
  private Piece held(String position) {
    pace.after(pace.rows(0), LOCKED.toNanos());
    return Piece.upTo(position, 0, LOCKED, Duration.ZERO);
  }

  private TableShape shape() throws SQLException {
    TableShape shape = known;
    if (shape != null) {
      return shape;
    }
    return OwnTransaction.statement(
        target.dataSource(),
        connection -> {
          check(connection);
          return Objects.requireNonNull(known);
        });
  }

  private Piece dropPartitions(TableShape shape, Instant limit) throws SQLException {
    AgePartitions.Dropped dropped =
        OwnTransaction.statement(
            target.dataSource(),
            connection -> {
              AgePartitions partitions = AgePartitions.of(connection, shape);
              return partitions == null ? null : partitions.drop(limit);
            });
    if (dropped == null) {
      return Piece.upTo(RowPosition.START.text(), 0, Duration.ZERO, Duration.ZERO);
    }
    Instant end = dropped.end();
    if (end == null || end.isAfter(limit)) {
      return Piece.last(dropped.rows(), Piece.NOTHING_LEFT);
    }
    String since = end == Instant.MIN ? null : shape.kind().text(end);
    return Piece.upTo(
        RowPosition.START.since(since).text(), dropped.rows(), Duration.ZERO, Duration.ZERO);
  }

  private Piece oldest(RowSql sql, RowPosition at, Instant limit) throws SQLException {
    int rows = pace.rows(target.ceiling().getAsLong());
    String before = sql.shape().kind().text(limit);
    long start = target.ticks().getAsLong();
    List<Found> found =
        OwnTransaction.statement(
            target.dataSource(), connection -> sql.oldest(connection, at.since(), before, rows));
    if (found.isEmpty()) {
      return Piece.last(0, behind(sql, at, limit));
    }
    String last = found.get(found.size() - 1).age();
    Batch batch = delete(sql, found.stream().map(Found::key).toList(), before, start);
    Instant reached = last == null ? null : sql.shape().kind().instant(last);
    Duration behind = reached == null ? Duration.ZERO : Duration.between(reached, limit);
    String since = reached == null ? at.since() : last;
    return Piece.upTo(at.since(since).text(), batch.deleted(), batch.rest(), behind);
  }

  /** How much older than the limit the oldest row is that is left. */
  private Duration behind(RowSql sql, RowPosition at, Instant limit) throws SQLException {
    String oldest =
        OwnTransaction.statement(
            target.dataSource(), connection -> sql.oldestAge(connection, at.since()));
    Instant age = oldest == null ? null : sql.shape().kind().instant(oldest);
    return age == null ? Piece.NOTHING_LEFT : Duration.between(age, limit);
  }

  private Piece walk(RowSql sql, RowPosition at, Instant limit) throws SQLException {
    int rows = pace.rows(target.ceiling().getAsLong());
    String before = sql.shape().kind().text(limit);
    int looked = Math.max(LOOKED_AT, rows);
    long start = target.ticks().getAsLong();
    List<Found> found =
        OwnTransaction.statement(
            target.dataSource(),
            connection -> sql.next(connection, at.key(), at.since(), before, looked));
    List<List<String>> old = new ArrayList<>();
    List<String> last = at.key();
    int seen = 0;
    while (seen < found.size() && old.size() < rows) {
      Found row = found.get(seen++);
      last = row.key();
      if (row.old()) {
        old.add(row.key());
      }
    }
    Batch batch = old.isEmpty() ? looked(start) : delete(sql, List.copyOf(old), before, start);
    boolean end = seen == found.size() && found.size() < looked;
    return end || last == null
        ? Piece.last(batch.deleted(), Duration.ZERO)
        : Piece.upTo(position(at.key(last)), batch.deleted(), batch.rest(), Duration.ZERO);
  }

  private String position(RowPosition at) {
    String text = at.text();
    if (text.length() > LONGEST_POSITION) {
      throw new RetentionInvalid(
          ("retention.tables.%s: no index begins with column '%s', and the primary key of table '%s'"
                  + " is too long to walk along it; create such an index")
              .formatted(
                  target.retention().name(),
                  target.retention().column(),
                  target.retention().table()));
    }
    return text;
  }

  private record Batch(long deleted, Duration rest) {}

  private Batch looked(long start) {
    long nanos = target.ticks().getAsLong() - start;
    return new Batch(0, Duration.ofNanos((long) (nanos * target.retention().batch().rest())));
  }

  /**
   * Deletes a batch.
   *
   * @param start when its rows began to be looked for
   */
  private Batch delete(RowSql sql, List<List<String>> keys, String before, long start)
      throws SQLException {
    Dependents dependents = target.dependents();
    long[] took = new long[1];
    int deleted;
    if (dependents == null) {
      deleted =
          OwnTransaction.statement(
              target.dataSource(),
              connection -> timed(took, () -> sql.delete(connection, keys, before)));
    } else {
      deleted =
          OwnTransaction.run(
              target.dataSource(),
              connection -> timed(took, () -> dependents.delete(connection, sql, keys, before)));
    }
    long looking = Math.max(0, target.ticks().getAsLong() - start - took[0]);
    Duration rest = pace.after(keys.size(), took[0]);
    return new Batch(deleted, rest.plusNanos((long) (looking * target.retention().batch().rest())));
  }

  /** What the database takes, without the wait for a connection or for the ceiling. */
  private int timed(long[] took, Deletion deletion) throws SQLException {
    long start = target.ticks().getAsLong();
    int deleted = deletion.run();
    took[0] = target.ticks().getAsLong() - start;
    return deleted;
  }

  @FunctionalInterface
  private interface Deletion {
    int run() throws SQLException;
  }
}
