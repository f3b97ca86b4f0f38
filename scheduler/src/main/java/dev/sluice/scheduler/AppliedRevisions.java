package dev.sluice.scheduler;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Which revision of each job Quartz has. */
interface AppliedRevisions {

  /** Whether Quartz has another one than the table of jobs. */
  boolean stale(String job, long revision, long inTable);

  /** Quartz has the job as it is in this row, which is locked. */
  void applied(Connection connection, JobRow job) throws SQLException;

  /** Quartz has none of these jobs any more. */
  void removed(Collection<String> jobs);

  /** Of a Quartz that all schedulers share: beside the job in its row. */
  static AppliedRevisions shared() {
    return new AppliedRevisions() {
      @Override
      public boolean stale(String job, long revision, long inTable) {
        return revision != inTable;
      }

      @Override
      public void applied(Connection connection, JobRow job) throws SQLException {
        JobTable.applied(connection, job);
      }

      @Override
      public void removed(Collection<String> jobs) {}
    };
  }

  /** Of a Quartz that ends with this process. For one thread. */
  static AppliedRevisions own() {
    Map<String, Long> revisions = new HashMap<>();
    return new AppliedRevisions() {
      @Override
      public boolean stale(String job, long revision, long inTable) {
        return revisions.getOrDefault(job, -1L) != revision;
      }

      @Override
      public void applied(Connection connection, JobRow job) {
        revisions.put(job.name(), job.revision());
      }

      @Override
      public void removed(Collection<String> jobs) {
        revisions.keySet().removeAll(jobs);
      }
    };
  }
}
