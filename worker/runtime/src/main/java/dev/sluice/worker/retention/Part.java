package dev.sluice.worker.retention;

import java.util.List;
import javax.sql.DataSource;

/**
 * What one run truncates: a table in one database.
 *
 * @param table what tasks call it
 * @param database the database's name
 * @param cuts what is done, one after the other
 */
record Part(String table, String database, DataSource dataSource, List<Cut> cuts) {

  Part {
    cuts = List.copyOf(cuts);
  }

  /** Unique among the parts of a worker, and the same in all workers. */
  String name() {
    return table + "@" + database;
  }
}
