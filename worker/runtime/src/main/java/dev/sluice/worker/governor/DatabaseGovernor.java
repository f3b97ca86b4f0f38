package dev.sluice.worker.governor;

import dev.sluice.database.SqlErrors;
import dev.sluice.loop.Loop;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What bounds the load on one database.
 *
 * <p>Threading: every method may be called by any thread.
 */
public final class DatabaseGovernor {
  private static final Logger log = LoggerFactory.getLogger(DatabaseGovernor.class);
  private static final int DEEPEST_CAUSE = 50;
  private static final long STANDSTILL_NANOS = Duration.ofSeconds(5).toNanos();

  private final String name;
  private final GovernorOptions options;
  private final LongSupplier ticks;
  private final RowCeiling ceiling;
  private final ConcurrencyGate gate = new ConcurrencyGate(this::concurrency);
  private final Breaker breaker;
  private final ExpectedRows expected = new ExpectedRows();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final StoppedTypes stopped;
  private volatile int fixed = Breaker.UNLIMITED;
  private volatile @Nullable AdaptiveLimit adaptive;

  /** When a transaction got leave or ended, the last time. */
  private volatile long lastMoved;

  DatabaseGovernor(String name, GovernorOptions options) {
    this.name = name;
    this.options = options;
    ticks = options.ticks();
    ceiling = new RowCeiling(ticks);
    breaker = new Breaker(options.random());
    stopped = new StoppedTypes(ticks, options.random());
  }

  /** The database's name in the configuration. */
  public String name() {
    return name;
  }

  /**
   * Sets the ceiling, from now on: the rows that may be inserted, updated and deleted in any one
   * second.
   *
   * @throws IllegalArgumentException when it is 0 or below
   */
  public void ceiling(long rowsPerSecond) {
    if (rowsPerSecond <= 0) {
      throw new IllegalArgumentException(
          "ceiling of database '"
              + name
              + "' must be at least 1 row a second, is "
              + rowsPerSecond
              + "; leave it out for no ceiling, or pause the queue to stop writing");
    }
    ceiling.set(rowsPerSecond);
  }

  /**
   * Sets whose rows the ceiling counts, from now on. All workers that share one must have the same
   * ceiling; while Redis is away each holds to its part.
   *
   * @throws IllegalArgumentException when it is to be shared and there is no Redis
   */
  public void scope(CeilingScope scope) {
    if (scope == CeilingScope.LOCAL) {
      ceiling.share(null);
      return;
    }
    SharedRows shared =
        options
            .redis()
            .map(redis -> new RedisRows(redis, options.namespace(), name, options.workers(), ticks))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the ceiling of database '"
                            + name
                            + "' is to be shared by all workers and there is no Redis; set"
                            + " redis.url, or the scope to local"));
    ceiling.share(shared);
  }

  /** Lifts the ceiling. */
  public void withoutCeiling() {
    ceiling.set(0);
  }

  /**
   * Sets how many transactions may run at a time, from now on: what the pool has connections for.
   * Who would wait for a connection waits here, where nothing runs out.
   *
   * @param most at least 1
   */
  public void concurrency(int most) {
    if (most < 1) {
      throw new IllegalArgumentException(
          "concurrency of database '" + name + "' must be at least 1, is " + most);
    }
    adaptive = null;
    fixed = most;
    gate.wake();
  }

  /** The same, and fewer while transactions take longer than they usually do. */
  public void adaptive(int most) {
    concurrency(most);
    adaptive = new AdaptiveLimit(most, ticks.getAsLong());
  }

  /** How it is now. */
  public DatabaseSnapshot snapshot() {
    return new DatabaseSnapshot(
        name,
        (long) ceiling.ceiling(),
        ceiling.shared() ? CeilingScope.GLOBAL : CeilingScope.LOCAL,
        ceiling.sharedAway(),
        ceiling.written(),
        ceiling.outstanding(),
        gate.running(),
        concurrency(),
        breaker.state(),
        breaker.why());
  }

  /** Takes leave for a transaction of so many tasks; waits for it. */
  RowPermit take(String type, int tasks) throws InterruptedException, NotPermitted {
    stopped.check(type);
    gate.enter(this::check);
    Leave leave = new Leave(type);
    try {
      leave.again(expectedRows(type, tasks));
      return leave;
    } catch (Throwable e) {
      leave.close();
      throw e;
    }
  }

  /** How many rows such a transaction has written of late, ours included. */
  public long expectedRows(String type, int tasks) {
    return expected.of(type, tasks);
  }

  /**
   * How many tasks of a type a batch may have: half of what may be permitted at a time, so that one
   * batch can be written while the next is permitted; one at least. Under a ceiling the first batch
   * of a type is one task, which tells how many rows the others will write.
   *
   * @param configured the most that its handler takes
   */
  public int largestBatch(String type, int configured) {
    double task = expected.perTask(type);
    long rows = ceiling.mostOutstanding((long) Math.ceil(task)) / 2;
    if (rows < Long.MAX_VALUE / 2 && !expected.knows(type)) {
      // 500 tasks of unknown size may be a hundred times what is allowed.
      return 1;
    }
    return (int) Math.max(1, Math.min(configured, Math.floor(rows / task)));
  }

  /**
   * A data source whose transactions count: a connection is given once nothing is owed to the
   * ceiling, and what is written through it is charged when its transaction ends. For everything
   * that writes without leave of its own.
   */
  public DataSource governed(DataSource dataSource) {
    return new GovernedDataSource(dataSource, this).proxy();
  }

  /** Something failed with it; errors that are not the database's own fault are ignored. */
  public void failed(Throwable thrown) {
    int depth = 0;
    for (Throwable t = thrown; t != null && depth < DEEPEST_CAUSE; t = t.getCause(), depth++) {
      if (t instanceof SQLException sql && SqlErrors.classify(sql).infrastructure()) {
        if (breaker.suspect(String.valueOf(sql.getMessage()), ticks.getAsLong())) {
          changed();
        }
        return;
      }
    }
  }

  /**
   * Takes no tasks of a type for a while: its statements do not fit the tables. The others are not
   * to blame, and go on.
   *
   * @param why for a person
   */
  public void stop(String type, String why) {
    Duration pause = stopped.stop(type, why);
    log.warn("Tasks of {} are left alone for {} s: {}", type, pause.toSeconds(), why);
  }

  /** Whether it takes nothing at the moment. */
  public boolean away() {
    return breaker.state() == BreakerState.OPEN;
  }

  /**
   * How many transactions may run at a time since it came back; any number when that is long ago.
   */
  public int ramp() {
    return breaker.limit();
  }

  /**
   * What finds out whether it is away, and when it is back. Wants to be run at once when {@link
   * #onChange} says so.
   *
   * @param probe throws when it cannot be written to
   */
  public Loop prober(BreakerProber.Probe probe) {
    return new BreakerProber(name, breaker, probe, ticks, this::standstill, this::changed);
  }

  /** Runs {@code listener} when it goes away, comes back or is suspected; until it is closed. */
  public AutoCloseable onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Waits until nothing is owed to the ceiling. */
  void awaitBalance() throws InterruptedException, NotPermitted {
    check();
    ceiling.awaitBalance(this::check);
  }

  /** A transaction without leave of its own has ended. */
  void charge(long rows) {
    ceiling.charge(rows);
  }

  private int concurrency() {
    AdaptiveLimit current = adaptive;
    return Math.min(breaker.limit(), current == null ? fixed : current.limit());
  }

  private void check() throws NotPermitted {
    String why = breaker.why();
    if (why != null) {
      throw NotPermitted.paused("database '" + name + "' is away: " + why);
    }
  }

  private boolean standstill() {
    return ceiling.outstanding() > 0 && ticks.getAsLong() - lastMoved > STANDSTILL_NANOS;
  }

  private void changed() {
    gate.wake();
    ceiling.wake();
    listeners.forEach(Runnable::run);
  }

  private void sampled(long rows, long nanos) {
    AdaptiveLimit current = adaptive;
    if (current != null && current.sample(nanos, rows, gate.running(), ticks.getAsLong())) {
      gate.wake();
    }
  }

  private final class Leave implements RowPermit {
    private final String type;
    private double perTask;
    private long paid;
    private long since;

    private Leave(String type) {
      this.type = type;
    }

    @Override
    public void again(long rows) throws InterruptedException, NotPermitted {
      notBegun();
      perTask = expected.perTask(type);
      ceiling.take(rows, (long) Math.ceil(perTask), DatabaseGovernor.this::check);
      paid = rows;
      since = ticks.getAsLong();
      lastMoved = since;
    }

    @Override
    public void ended(long rows, long nanos) {
      lastMoved = ticks.getAsLong();
      if (paid == 0) {
        charge(rows);
        return;
      }
      // Of a statement that failed nobody knows how many rows it had written before.
      ceiling.ended(paid, nanos == 0 ? Math.max(rows, paid) : rows, since);
      if (nanos > 0) {
        expected.learn(type, paid / perTask, rows);
        stopped.succeeded(type);
        sampled(rows, nanos);
      }
      paid = 0;
    }

    @Override
    public void close() {
      notBegun();
      gate.leave();
    }

    private void notBegun() {
      if (paid > 0) {
        ceiling.ended(paid, 0, since);
        paid = 0;
      }
    }
  }
}
