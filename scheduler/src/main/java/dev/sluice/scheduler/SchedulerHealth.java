package dev.sluice.scheduler;

/**
 * The state of a scheduler.
 *
 * @param running whether it is started and not closed
 * @param database whether the database answers; without it nothing is fired until it is back
 * @param jobs how many jobs it fires
 * @param detail one sentence for a person
 */
public record SchedulerHealth(boolean running, boolean database, int jobs, String detail) {

  /** Whether jobs are fired when they are due. The broker may be away: firings wait for it. */
  public boolean ready() {
    return running && database;
  }
}
