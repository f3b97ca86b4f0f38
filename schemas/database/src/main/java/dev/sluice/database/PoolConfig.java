package dev.sluice.database;

import com.zaxxer.hikari.HikariConfig;
import java.util.Locale;

/** The settings of a pool, with their reasons. */
final class PoolConfig {
  private PoolConfig() {}

  static HikariConfig of(DatabaseOptions options) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("sluice");
    config.setJdbcUrl(options.url());
    if (options.user() != null) {
      config.setUsername(options.user());
    }
    if (options.password() != null) {
      config.setPassword(options.password());
    }
    // Bounded, and small: a database does most with about twice as many at a time as it has cores;
    // whoever comes on top waits in the governor, which lets two fewer in than there are here.
    config.setMaximumPoolSize(options.poolSize());
    // Short, not Hikari's 30 s: who waits here holds a delivery and what it has leave to write, and
    // a pool that gives nothing for so long is how an outage begins.
    config.setConnectionTimeout(options.connectTimeout().toMillis());
    config.setValidationTimeout(Math.min(2_000, options.connectTimeout().toMillis()));
    // One try, so that a wrong password is told at once.
    config.setInitializationFailTimeout(1);
    // Gap locks of REPEATABLE READ make inserts into the inbox wait for one another.
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    if (options.url().startsWith("jdbc:mysql:")) {
      mysql(config, options);
    }
    return config;
  }

  private static void mysql(HikariConfig config, DatabaseOptions options) {
    Defaults defaults = new Defaults(config, options.url());
    // Batches become one multi-row statement, some ten times as fast. The driver then knows no more
    // how many rows each of them was: they count as one each.
    defaults.set("rewriteBatchedStatements", "true");
    // Parsed on our side, once. Prepared on the server they would be prepared for each size of a
    // rewritten batch, and hold memory there.
    defaults.set("cachePrepStmts", "true");
    defaults.set("prepStmtCacheSize", "250");
    defaults.set("prepStmtCacheSqlLimit", "2048");
    // An UPDATE counts the rows that it found, whether they changed or not: a compare-and-set that
    // sets what is there already has won.
    defaults.set("useAffectedRows", "false");
    // Saves round trips: the driver remembers what it set.
    defaults.set("useLocalSessionState", "true");
    defaults.set("cacheServerConfiguration", "true");
    defaults.set("maintainTimeStats", "false");
    defaults.set("characterEncoding", "UTF-8");
    defaults.set("connectionCollation", "utf8mb4_bin");
    // An offset, not a name: MariaDB knows names only after mysql_tzinfo_to_sql.
    defaults.set("connectionTimeZone", "+00:00");
    defaults.set("forceConnectionTimeZoneToSession", "true");
    defaults.set("connectTimeout", Long.toString(options.connectTimeout().toMillis()));
    // A server that vanished without a word is found here, not after TCP's quarter of an hour.
    defaults.set("socketTimeout", Long.toString(options.socketTimeout().toMillis()));
    defaults.set("tcpKeepAlive", "true");
    // A row lock held for longer means that the task runs elsewhere; the default is 50 s, in which
    // all slots could be waiting for one another.
    defaults.set("sessionVariables", "innodb_lock_wait_timeout=5");
  }

  /** Sets what the URL does not. */
  private record Defaults(HikariConfig config, String url) {
    void set(String property, String value) {
      String lower = url.toLowerCase(Locale.ROOT);
      String key = property.toLowerCase(Locale.ROOT) + "=";
      if (!lower.contains("?" + key) && !lower.contains("&" + key)) {
        config.addDataSourceProperty(property, value);
      }
    }
  }
}
