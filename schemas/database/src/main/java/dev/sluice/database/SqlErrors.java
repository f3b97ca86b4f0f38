package dev.sluice.database;

import static dev.sluice.database.SqlErrorClass.CONNECTION_LOST;
import static dev.sluice.database.SqlErrorClass.DATA;
import static dev.sluice.database.SqlErrorClass.DEADLOCK;
import static dev.sluice.database.SqlErrorClass.DUPLICATE_KEY;
import static dev.sluice.database.SqlErrorClass.LOCK_TIMEOUT;
import static dev.sluice.database.SqlErrorClass.OTHER;
import static dev.sluice.database.SqlErrorClass.READ_ONLY;
import static dev.sluice.database.SqlErrorClass.SCHEMA;
import static java.util.Map.entry;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The error codes of MySQL, MariaDB and H2 in one table. Codes below 10000 are MySQL's and
 * MariaDB's, which agree on those listed, those above are H2's.
 *
 * <p>Threading: stateless.
 *
 * @see <a href="https://dev.mysql.com/doc/mysql-errors/en/server-error-reference.html">MySQL:
 *     server errors</a>
 * @see <a href="https://h2database.com/javadoc/org/h2/api/ErrorCode.html">H2: ErrorCode</a>
 */
public final class SqlErrors {
  private static final Map<Integer, SqlErrorClass> BY_CODE =
      Map.ofEntries(
          entry(1022, DUPLICATE_KEY),
          entry(1062, DUPLICATE_KEY),
          entry(1586, DUPLICATE_KEY),
          entry(23505, DUPLICATE_KEY),
          entry(1020, DEADLOCK), // MariaDB: the row has changed since the snapshot
          entry(1213, DEADLOCK),
          entry(40001, DEADLOCK),
          entry(1205, LOCK_TIMEOUT),
          entry(3572, LOCK_TIMEOUT), // MySQL: NOWAIT
          entry(50200, LOCK_TIMEOUT),
          entry(1040, CONNECTION_LOST), // too many connections
          entry(1042, CONNECTION_LOST),
          entry(1043, CONNECTION_LOST),
          entry(1053, CONNECTION_LOST), // server shutdown in progress
          entry(1077, CONNECTION_LOST),
          entry(1152, CONNECTION_LOST),
          entry(1158, CONNECTION_LOST),
          entry(1159, CONNECTION_LOST),
          entry(1160, CONNECTION_LOST),
          entry(1161, CONNECTION_LOST),
          entry(1203, CONNECTION_LOST), // user has too many connections
          entry(1226, CONNECTION_LOST), // user is over a resource limit
          entry(1927, CONNECTION_LOST), // MariaDB: connection was killed
          entry(2002, CONNECTION_LOST),
          entry(2003, CONNECTION_LOST),
          entry(2006, CONNECTION_LOST),
          entry(2013, CONNECTION_LOST),
          entry(4031, CONNECTION_LOST), // MySQL: closed for inactivity
          entry(90067, CONNECTION_LOST),
          entry(90098, CONNECTION_LOST), // H2: database has been closed
          entry(90121, CONNECTION_LOST), // H2: database is already closed
          entry(1021, READ_ONLY), // disk full
          entry(1114, READ_ONLY), // the table is full: InnoDB cannot grow it
          entry(1290, READ_ONLY), // --read-only or --super-read-only
          entry(1792, READ_ONLY),
          entry(1836, READ_ONLY),
          entry(3100, READ_ONLY), // MySQL: group replication plugin refused the transaction
          entry(90097, READ_ONLY),
          entry(1049, SCHEMA),
          entry(1051, SCHEMA),
          entry(1054, SCHEMA),
          entry(1058, SCHEMA),
          entry(1064, SCHEMA),
          entry(1109, SCHEMA),
          entry(1136, SCHEMA),
          entry(1142, SCHEMA), // no right to do this to the table
          entry(1143, SCHEMA),
          entry(1146, SCHEMA),
          entry(1305, SCHEMA),
          entry(1364, SCHEMA), // a column without default is not written
          entry(42000, SCHEMA),
          entry(42001, SCHEMA),
          entry(42101, SCHEMA),
          entry(42102, SCHEMA),
          entry(42103, SCHEMA),
          entry(42104, SCHEMA),
          entry(42122, SCHEMA),
          entry(21002, SCHEMA),
          entry(90096, SCHEMA),
          entry(1048, DATA), // null
          entry(1153, DATA), // over max_allowed_packet; its SQL state is a lost connection's
          entry(1216, DATA),
          entry(1217, DATA),
          entry(1264, DATA), // out of range
          entry(1265, DATA),
          entry(1292, DATA),
          entry(1366, DATA),
          entry(1406, DATA), // too long
          entry(1451, DATA),
          entry(1452, DATA),
          entry(1526, DATA), // no partition for the value
          entry(1690, DATA),
          entry(3140, DATA), // MySQL: invalid JSON
          entry(3819, DATA), // MySQL: check constraint
          entry(4025, DATA), // MariaDB: check constraint
          entry(22001, DATA),
          entry(22003, DATA),
          entry(22007, DATA),
          entry(22018, DATA),
          entry(23502, DATA),
          entry(23503, DATA),
          entry(23506, DATA),
          entry(23507, DATA),
          entry(23513, DATA));

  private SqlErrors() {}

  /** The class of an error, looking through its causes and chained exceptions. */
  public static SqlErrorClass classify(SQLException error) {
    SqlErrorClass found = OTHER;
    for (Throwable t = error; t != null && found == OTHER; t = t.getCause()) {
      if (t instanceof SQLException sql) {
        for (SQLException e = sql; e != null && found == OTHER; e = e.getNextException()) {
          found = single(e);
        }
      }
    }
    return found;
  }

  private static SqlErrorClass single(SQLException error) {
    SqlErrorClass byCode = BY_CODE.get(error.getErrorCode());
    if (byCode != null) {
      return byCode;
    }
    if (error instanceof SQLTransientConnectionException
        || error instanceof SQLNonTransientConnectionException
        || error instanceof SQLRecoverableException) {
      return CONNECTION_LOST;
    }
    return byState(error.getSQLState());
  }

  private static SqlErrorClass byState(@Nullable String state) {
    if (state == null || state.length() != 5) {
      return OTHER;
    }
    return switch (state.substring(0, 2)) {
      case "08" -> CONNECTION_LOST;
      case "22", "23" -> DATA;
      case "42" -> SCHEMA;
      default -> state.equals("40001") ? DEADLOCK : OTHER;
    };
  }
}
