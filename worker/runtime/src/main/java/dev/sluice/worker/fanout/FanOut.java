package dev.sluice.worker.fanout;

import dev.sluice.task.TaskType;
import dev.sluice.worker.longtask.LongTask;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.Plan;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes one thing to many recipients, chunk by chunk. A fan-out that fits into one chunk is
 * written when it is planned; a larger one goes in lanes side by side, each a chain of
 * continuations on a queue of its own. The messages are small: recipients are read, never sent.
 *
 * <p>It is a long task: it has progress, and may be paused, resumed, cancelled and rescued.
 *
 * <p>Threading: safe for use by any number of threads.
 *
 * @param <P> the payload: what is written
 */
public final class FanOut<P extends Record> implements LongTask<P> {
  private final DataSource dataSource;
  private final Recipients<P> recipients;
  private final @Nullable ChunkWriter<P> writer;
  private final @Nullable ChunkInserter<P> inserter;
  private final FanOutOptions options;

  private FanOut(
      DataSource dataSource,
      Recipients<P> recipients,
      @Nullable ChunkWriter<P> writer,
      @Nullable ChunkInserter<P> inserter,
      FanOutOptions options) {
    this.dataSource = dataSource;
    this.recipients = recipients;
    this.writer = writer;
    this.inserter = inserter;
    this.options = options;
  }

  /**
   * A kind of fan-out that writes outside of the database.
   *
   * @param type its name and payload
   * @param dataSource where recipients are read and progress is kept: the worker's database
   * @param clock tells when lanes move
   */
  public static <P extends Record> LongTaskKind<P> of(
      TaskType<P> type,
      DataSource dataSource,
      Recipients<P> recipients,
      ChunkWriter<P> writer,
      FanOutOptions options,
      InstantSource clock) {
    FanOut<P> fanOut = new FanOut<>(dataSource, recipients, writer, null, options);
    return LongTaskKind.of(type, fanOut, options.steps(), clock);
  }

  /** The same for one that writes to the worker's database, to each recipient exactly once. */
  public static <P extends Record> LongTaskKind<P> inserting(
      TaskType<P> type,
      DataSource dataSource,
      Recipients<P> recipients,
      ChunkInserter<P> inserter,
      FanOutOptions options,
      InstantSource clock) {
    FanOut<P> fanOut = new FanOut<>(dataSource, recipients, null, inserter, options);
    return LongTaskKind.of(type, fanOut, options.steps(), clock);
  }

  @Override
  public Plan plan(P payload, Connection connection) throws Exception {
    List<Long> few = upToOneMoreThanAChunk(payload, connection);
    if (few.size() <= options.chunk()) {
      writeInline(payload, few, connection);
      return Plan.done(few.size());
    }
    List<IdRange> lanes = IdRange.lanes(recipients.range(connection, payload), options.lanes());
    return new Plan(
        lanes.stream().map(IdRange::lane).toList(), recipients.count(connection, payload));
  }

  @Override
  public Step step(P payload, Slice slice) throws Exception {
    Cursor at = Cursor.of(Objects.requireNonNull(slice.after()));
    IdRange lane = IdRange.of(Objects.requireNonNull(slice.upTo()));
    List<Long> chunk;
    try (Connection connection = dataSource.getConnection()) {
      chunk = page(connection, payload, at, lane, options.chunk());
      if (!connection.getAutoCommit()) {
        // The pool's default began a transaction: the next page must not be read in its snapshot.
        connection.rollback();
      }
    }
    Step done = done(at, lane, chunk);
    if (chunk.isEmpty()) {
      return done;
    }
    if (inserter != null) {
      return done.with(connection -> inserter.insert(payload, chunk, connection));
    }
    Objects.requireNonNull(writer).write(payload, chunk);
    return done;
  }

  /** One more tells small from large; a counter could be out of date. */
  private List<Long> upToOneMoreThanAChunk(P payload, Connection connection) throws SQLException {
    IdRange all = IdRange.lanes(null, 1).get(0);
    List<Long> few = new ArrayList<>();
    for (int tier = 0; tier < recipients.tiers() && few.size() <= options.chunk(); tier++) {
      int limit = options.chunk() + 1 - few.size();
      few.addAll(page(connection, payload, all.start(tier), all, limit));
    }
    return few;
  }

  private List<Long> page(Connection connection, P payload, Cursor at, IdRange lane, int limit)
      throws SQLException {
    List<Long> page = recipients.page(connection, payload, at.tier(), at.id(), lane.upTo(), limit);
    long last = at.id();
    for (int i = 0; i < page.size(); i++) {
      // The open first lane begins with the least number there is.
      boolean first = i == 0 && last == Long.MIN_VALUE;
      if (page.get(i) < last || page.get(i) == last && !first || page.get(i) > lane.upTo()) {
        throw misread(at, lane, "gives " + page.get(i) + " after " + last);
      }
      last = page.get(i);
    }
    if (page.size() > limit) {
      throw misread(
          at, lane, "gives " + page.size() + " ids where at most " + limit + " are asked");
    }
    return page;
  }

  /** Never retried: the same page would be as wrong, and chunks could follow it for ever. */
  private IllegalArgumentException misread(Cursor at, IdRange lane, String what) {
    return new IllegalArgumentException(
        recipients.getClass().getName()
            + ".page "
            + what
            + "; it must give ids greater than "
            + at.id()
            + " and not greater than "
            + lane.upTo()
            + ", in ascending order, each once");
  }

  private void writeInline(P payload, List<Long> chunk, Connection connection) throws Exception {
    if (chunk.isEmpty()) {
      return;
    }
    if (inserter != null) {
      inserter.insert(payload, chunk, connection);
    } else {
      Objects.requireNonNull(writer).write(payload, chunk);
    }
  }

  private Step done(Cursor at, IdRange lane, List<Long> chunk) {
    if (chunk.size() == options.chunk()) {
      long last = chunk.get(chunk.size() - 1);
      return Step.upTo(new Cursor(at.tier(), last).toString(), chunk.size());
    }
    int nextTier = at.tier() + 1;
    return nextTier < recipients.tiers()
        ? Step.upTo(lane.start(nextTier).toString(), chunk.size())
        : Step.last(chunk.size());
  }
}
