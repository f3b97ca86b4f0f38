package dev.sluice.database;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Says why a database cannot be opened, and what to do. Never names the password. */
final class Refusals {
  private Refusals() {}

  static DatabaseUnavailable explain(String place, DatabaseOptions options, Throwable error) {
    SQLException sql = deepest(error);
    int code = sql == null ? 0 : sql.getErrorCode();
    String user = options.user() == null ? "the user" : "user '" + options.user() + "'";
    String text =
        switch (code) {
          case 1045, 1698, 28000 ->
              place + " refuses " + user + ": wrong user or password; check both";
          case 1044 ->
              user + " may not use " + place + "; grant it the rights, or check that it exists";
          case 1049, 90146 -> "there is no " + place + "; create it, or correct the URL";
          case 1040, 1203 ->
              place + " has too many connections; lower the pool size or raise max_connections";
          default -> unreachable(place, sql == null ? error : sql);
        };
    return new DatabaseUnavailable(text, error);
  }

  private static String unreachable(String place, Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = String.valueOf(root.getMessage()).lines().findFirst().orElse("no reason given");
    return "cannot reach "
        + place
        + "; check that the server is running and the URL is right: "
        + DatabaseUrl.masked(reason);
  }

  private static @Nullable SQLException deepest(Throwable error) {
    SQLException found = null;
    for (Throwable t = error; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql) {
        if (sql.getErrorCode() != 0 || found == null) {
          found = sql;
        }
      }
    }
    return found;
  }
}
