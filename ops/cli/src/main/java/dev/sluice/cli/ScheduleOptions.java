package dev.sluice.cli;

import dev.sluice.database.Database;
import dev.sluice.scheduler.ScheduledJob;
import dev.sluice.scheduler.Schedules;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.Topology;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What the commands on periodic jobs have in common: the form of their output, the database. */
final class ScheduleOptions {

  @Option(names = "--json", description = "Print JSON alone on standard output.")
  boolean json;

  /** Something done with the jobs. */
  @FunctionalInterface
  interface Work {
    int on(Schedules schedules) throws SQLException;
  }

  /** Changes a job; false when it was so already. */
  @FunctionalInterface
  interface Change {
    boolean of(String job) throws SQLException;
  }

  /** Opens the database and does the work; returns its exit status. */
  int run(SettingsOptions found, Work work) throws SQLException {
    return run(found, found.load(), work);
  }

  /** The same with settings that are loaded already. */
  int run(SettingsOptions found, SluiceSettings settings, Work work) throws SQLException {
    try (Database database = found.database(settings)) {
      database.migrate();
      Topology topology = new Topology(settings.broker().namespace());
      return work.on(Schedules.of(database, topology, InstantSource.system()));
    }
  }

  /**
   * The job of this name.
   *
   * @throws CommandFailed when there is no job at all
   * @throws IllegalArgumentException when there is none of this name, with the nearest one
   */
  static ScheduledJob find(Schedules schedules, String job) throws SQLException {
    try {
      return schedules.find(job);
    } catch (IllegalArgumentException e) {
      if (schedules.list().isEmpty()) {
        throw new CommandFailed("there is no job '" + job + "': " + none());
      }
      throw e;
    }
  }

  /** Why there may be no job at all. */
  static String none() {
    return "this database knows no job yet; sluice scheduler brings those of sluice.yaml and the"
        + " built-in ones when it starts, sluice schedule add makes another";
  }

  /** Changes some jobs, or none when one of them is unknown, and prints what became of them. */
  static int change(
      Schedules schedules, boolean json, Output output, List<String> jobs, String verb, Change how)
      throws SQLException {
    for (String job : jobs) {
      find(schedules, job);
    }
    List<String> done = new ArrayList<>();
    List<String> unchanged = new ArrayList<>();
    for (String job : jobs) {
      (how.of(job) ? done : unchanged).add(job);
    }
    if (json) {
      Map<String, Object> summary = new LinkedHashMap<>();
      summary.put(verb, done);
      summary.put("unchanged", unchanged);
      output.print(Json.line(summary));
    } else {
      unchanged.forEach(job -> output.say("job " + job + " was " + verb + " already"));
      output.print(verb + " " + done.size() + ", unchanged " + unchanged.size());
    }
    return 0;
  }
}
