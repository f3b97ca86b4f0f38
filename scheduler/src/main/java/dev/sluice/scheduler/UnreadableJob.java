package dev.sluice.scheduler;

import java.sql.SQLException;

/** A job in the database that this release does not understand. Not to be tried again. */
final class UnreadableJob extends SQLException {
  private static final long serialVersionUID = 1L;

  UnreadableJob(String job, RuntimeException why) {
    super(
        "job '"
            + job
            + "' was stored by a newer release, which this one does not understand; update this"
            + " one, or remove the job with that one: "
            + why.getMessage(),
        why);
  }
}
