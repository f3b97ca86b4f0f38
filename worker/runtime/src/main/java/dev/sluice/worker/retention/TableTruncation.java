package dev.sluice.worker.retention;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.OwnTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The truncation of tables in a worker: Sluice's own, and those of the application that are
 * configured. {@link TruncateTable} starts it.
 *
 * <p>Threading: made and registered by one thread.
 */
public final class TableTruncation {
  private static final Logger log = LoggerFactory.getLogger(TableTruncation.class);

  private final Map<String, DataSource> databases;
  private final Parts parts;
  private final TruncationRun run;
  private final LongTaskKind<TruncationRun.Payload> runs;

  /**
   * What a truncation goes by.
   *
   * @param databases the worker's, by their names, the main one among them; best those whose writes
   *     count against their ceilings
   * @param own how long Sluice's own tables are kept
   * @param tables tables of the application
   * @param ceiling rows that a database may be written in any one second, by its name; 0 for no
   *     limit
   * @param clock tells what is old
   */
  public record Options(
      Map<String, DataSource> databases,
      OwnRetention own,
      List<Retention> tables,
      ToLongFunction<String> ceiling,
      InstantSource clock,
      List<TruncationListener> listeners) {

    public Options {
      tables = List.copyOf(tables);
      listeners = List.copyOf(listeners);
    }

    /** Sluice's own tables, with their defaults. */
    public static Options of(Map<String, DataSource> databases, InstantSource clock) {
      return new Options(
          databases, OwnRetention.DEFAULTS, List.of(), database -> 0, clock, List.of());
    }

    public Options own(OwnRetention newOwn) {
      return new Options(databases, newOwn, tables, ceiling, clock, listeners);
    }

    public Options tables(List<Retention> newTables) {
      return new Options(databases, own, newTables, ceiling, clock, listeners);
    }

    public Options ceiling(ToLongFunction<String> newCeiling) {
      return new Options(databases, own, tables, newCeiling, clock, listeners);
    }

    public Options listeners(List<TruncationListener> newListeners) {
      return new Options(databases, own, tables, ceiling, clock, newListeners);
    }
  }

  private TableTruncation(Options options, TruncationTools tools) {
    databases = options.databases();
    List<Part> all = new ArrayList<>(new OwnTables(tools, options.own()).parts(databases));
    options.tables().forEach(retention -> all.add(part(retention, tools)));
    parts = new Parts(all);
    run = new TruncationRun(parts, tools, options.listeners());
    runs = run.kind();
  }

  /**
   * A truncation that is not registered yet.
   *
   * @throws RetentionInvalid when a table is Sluice's own, names a database that there is not, or
   *     has the name of another one
   */
  public static TableTruncation of(Options options) {
    return of(
        options,
        new TruncationTools(
            options.clock(),
            System::nanoTime,
            options.ceiling(),
            pause -> TimeUnit.NANOSECONDS.sleep(pause.toNanos())));
  }

  static TableTruncation of(Options options, TruncationTools tools) {
    return new TableTruncation(options, tools);
  }

  TruncationRun run() {
    return run;
  }

  private Part part(Retention retention, TruncationTools tools) {
    if (retention.table().toLowerCase(Locale.ROOT).startsWith(OwnTables.PREFIX)) {
      throw new RetentionInvalid(
          ("retention.tables.%s.table: '%s' is Sluice's own; set retention.firings, deadTasks,"
                  + " settledDeadTasks or counterCorrections instead")
              .formatted(retention.name(), retention.table()));
    }
    DataSource dataSource = databases.get(retention.database());
    if (dataSource == null) {
      throw new RetentionInvalid(
          "retention.tables.%s.database: '%s' is not among databases; known are %s"
              .formatted(
                  retention.name(), retention.database(), new TreeSet<>(databases.keySet())));
    }
    return new Part(
        retention.name(),
        retention.database(),
        dataSource,
        List.of(new RowCut(tools.target(retention, dataSource))));
  }

  /**
   * Holds every table against its database, and adds partitions for the coming days to those of
   * Sluice's own that have some. A database that is away is not asked.
   *
   * @return what is wrong, a sentence for each table; none as a rule
   */
  public List<String> check() throws SQLException {
    List<String> problems = new ArrayList<>();
    for (Part part : parts.all()) {
      try {
        check(part);
        prepare(part);
      } catch (RetentionInvalid e) {
        problems.add(String.valueOf(e.getMessage()));
      } catch (SQLException e) {
        if (part.database().equals(TaskType.MAIN_DATABASE)
            || !SqlErrors.classify(e).infrastructure()) {
          throw e;
        }
        log.warn(
            "The retention of {} is not checked, database '{}' is away: {}",
            part.table(),
            part.database(),
            e.getMessage());
      }
    }
    return problems;
  }

  /** The names that {@link TruncateTable} may ask for. */
  public Set<String> tables() {
    return parts.tables();
  }

  /** Registers the handlers of {@link TruncateTable} and of the steps that follow. */
  public void register(Handlers handlers) {
    DataSource main = databases.get(TaskType.MAIN_DATABASE);
    if (main == null) {
      throw new IllegalArgumentException("truncation needs the main database");
    }
    runs.registerSteps(handlers, main);
    handlers.handle(TruncateTable.TYPE, this::start);
  }

  private Outcome start(TruncateTable payload, TaskContext task, Connection connection)
      throws Exception {
    String table = payload.table();
    boolean all = table == null || table.isEmpty();
    List<Part> wanted = all ? List.copyOf(parts.all()) : parts.of(table);
    if (wanted.isEmpty()) {
      return Outcome.dead(
          "table '%s' has no retention here, known are %s; add it to retention.tables of every worker"
              .formatted(table, parts.tables()));
    }
    Map<Part, String> problems = problems(wanted);
    if (problems.size() == wanted.size()) {
      return Outcome.dead(String.join("; ", problems.values()));
    }
    List<String> started = new ArrayList<>();
    List<String> running = new ArrayList<>();
    for (Part part : wanted) {
      if (!problems.containsKey(part)) {
        TruncationRun.Payload run = new TruncationRun.Payload(part.name());
        boolean begun = runs.startAgain(connection, task, run, part.name());
        (begun ? started : running).add(part.name());
      } else if (all) {
        // Dead with the reason, where somebody finds it.
        task.enqueue(TruncateTable.TYPE, new TruncateTable(part.table()));
      }
    }
    if (!running.isEmpty()) {
      log.info("{} is being truncated already", running);
    }
    return Outcome.completed(
        Map.of("started", started, "running", running, "failed", problems.values()));
  }

  /** Why parts cannot be truncated; before a row of ours is locked. */
  private static Map<Part, String> problems(List<Part> wanted) throws SQLException {
    Map<Part, String> problems = new LinkedHashMap<>();
    for (Part part : wanted) {
      try {
        checkIfThere(part);
      } catch (RetentionInvalid e) {
        log.error("{} is not truncated: {}", part.name(), e.getMessage());
        problems.put(part, String.valueOf(e.getMessage()));
      }
    }
    return problems;
  }

  /** A run waits for a database that is away; of a table that is gone nothing is started. */
  private static void checkIfThere(Part part) throws SQLException {
    try {
      check(part);
    } catch (SQLException e) {
      if (part.database().equals(TaskType.MAIN_DATABASE)
          || !SqlErrors.classify(e).infrastructure()) {
        throw e;
      }
    }
  }

  private static void check(Part part) throws SQLException {
    OwnTransaction.statement(
        part.dataSource(),
        connection -> {
          for (Cut cut : part.cuts()) {
            cut.check(connection);
          }
          return part;
        });
  }

  private static void prepare(Part part) throws SQLException {
    try {
      for (Cut cut : part.cuts()) {
        cut.prepare();
      }
    } catch (SQLException e) {
      if (SqlErrors.classify(e) != SqlErrorClass.LOCK_TIMEOUT) {
        throw e;
      }
      log.warn("Partitions of {} are added later: {}", part.table(), e.getMessage());
    }
  }
}
