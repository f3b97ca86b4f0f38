package dev.sluice.cli.process;

import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.Scheduler;
import dev.sluice.settings.SluiceSettings;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a running scheduler fire the jobs of changed settings.
 *
 * <p>Threading: for the thread of the watch over the settings.
 */
final class JobsReload implements SettingsWatch.Taker {
  private static final Logger log = LoggerFactory.getLogger(JobsReload.class);

  private final String source;
  private final Scheduler scheduler;
  private final JobsLog told;
  private final Consumer<List<JobSpec>> taken;
  private SluiceSettings settings;
  private List<JobSpec> jobs;

  /**
   * A reload after a start.
   *
   * @param source what the settings are read from
   * @param settings those that the scheduler was started with
   * @param taken told the jobs that are fired from now on
   */
  JobsReload(
      String source,
      Scheduler scheduler,
      JobsLog told,
      SluiceSettings settings,
      Consumer<List<JobSpec>> taken) {
    this.source = source;
    this.scheduler = scheduler;
    this.told = told;
    this.taken = taken;
    this.settings = settings;
    jobs = Jobs.of(source, settings);
  }

  /**
   * Takes the jobs over, or leaves them all as they were; says so when something else has changed
   * too.
   */
  @Override
  public void take(SluiceSettings changed) throws SQLException {
    List<JobSpec> before = jobs;
    List<JobSpec> now = Jobs.of(source, changed);
    if (!now.equals(before)) {
      configure(now);
      jobs = now;
      taken.accept(now);
      told.changed(before, now, changed);
    }
    if (!changed.scheduler(settings.scheduler()).equals(settings)) {
      log.warn("{}: what changed beside scheduler.jobs takes a restart", source);
    }
    settings = changed;
  }

  private void configure(List<JobSpec> now) throws SQLException {
    try {
      scheduler.configure(now);
    } catch (IllegalArgumentException e) {
      throw Jobs.refused(source, e);
    }
  }
}
