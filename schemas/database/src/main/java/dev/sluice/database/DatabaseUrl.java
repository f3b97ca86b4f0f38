package dev.sluice.database;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What may be said about a database URL to a person. */
final class DatabaseUrl {
  private static final Pattern USER_INFO = Pattern.compile("//[^/?]*@");
  private static final Pattern PASSWORD =
      Pattern.compile("(?i)(password\\d?|pass|pwd)(\\s*=\\s*)[^&;,)]*");
  private static final Pattern MYSQL = Pattern.compile("//(?:[^/?]*@)?([^/?]*)(?:/([^?;]*))?.*");

  private DatabaseUrl() {}

  /** The URL with user info and password properties replaced by {@code ***}. */
  static String masked(String url) {
    String withoutUser = USER_INFO.matcher(url).replaceAll("//***@");
    return PASSWORD.matcher(withoutUser).replaceAll("$1$2***");
  }

  /** Host and database, as a sentence names them. */
  static String place(String url) {
    Matcher mysql = MYSQL.matcher(url.substring(url.indexOf(':', 5) + 1));
    if (!url.startsWith("jdbc:mysql:") || !mysql.matches()) {
      return "database " + masked(url.replaceFirst(";.*", ""));
    }
    String name = mysql.group(2);
    return (name == null || name.isEmpty() ? "the database" : "database '" + name + "'")
        + " on "
        + (mysql.group(1).isEmpty() ? "localhost:3306" : masked(mysql.group(1)));
  }
}
