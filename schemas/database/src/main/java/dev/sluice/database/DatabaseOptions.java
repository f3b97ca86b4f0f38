package dev.sluice.database;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which database, and how many connections to it.
 *
 * @param url {@code jdbc:mysql://HOST:PORT/DATABASE} for MySQL and MariaDB, or {@code
 *     jdbc:h2:…;MODE=MySQL}. Properties of the driver may follow; they win over ours
 * @param user null when the URL names it, or for H2's empty name
 * @param password null for none
 * @param poolSize connections held at most, at least 1; default 10
 * @param connectTimeout how long to wait for a connection before the task is given back; default 5
 *     s, at least 250 ms
 * @param socketTimeout how long one statement may be silent before its connection counts as dead;
 *     default 60 s, 0 for ever
 */
public record DatabaseOptions(
    String url,
    @Nullable String user,
    @Nullable String password,
    int poolSize,
    Duration connectTimeout,
    Duration socketTimeout) {

  public DatabaseOptions {
    if (!url.startsWith("jdbc:mysql:") && !url.startsWith("jdbc:h2:")) {
      throw new IllegalArgumentException(
          "database URL must start with jdbc:mysql: (MySQL, MariaDB) or jdbc:h2:, is "
              + DatabaseUrl.masked(url));
    }
    if (poolSize < 1) {
      throw new IllegalArgumentException("poolSize must be at least 1, is " + poolSize);
    }
    if (connectTimeout.toMillis() < 250) {
      throw new IllegalArgumentException(
          "connectTimeout must be at least 250 ms, is " + connectTimeout.toMillis() + " ms");
    }
    if (socketTimeout.isNegative()) {
      throw new IllegalArgumentException("socketTimeout must not be negative");
    }
  }

  /** Options with every default. */
  public static DatabaseOptions of(String url) {
    return new DatabaseOptions(url, null, null, 10, Duration.ofSeconds(5), Duration.ofSeconds(60));
  }

  public DatabaseOptions user(@Nullable String newUser) {
    return new DatabaseOptions(url, newUser, password, poolSize, connectTimeout, socketTimeout);
  }

  public DatabaseOptions password(@Nullable String newPassword) {
    return new DatabaseOptions(url, user, newPassword, poolSize, connectTimeout, socketTimeout);
  }

  public DatabaseOptions poolSize(int newPoolSize) {
    return new DatabaseOptions(url, user, password, newPoolSize, connectTimeout, socketTimeout);
  }

  public DatabaseOptions connectTimeout(Duration newTimeout) {
    return new DatabaseOptions(url, user, password, poolSize, newTimeout, socketTimeout);
  }

  public DatabaseOptions socketTimeout(Duration newTimeout) {
    return new DatabaseOptions(url, user, password, poolSize, connectTimeout, newTimeout);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "DatabaseOptions[" + DatabaseUrl.masked(url) + ", poolSize=" + poolSize + "]";
  }
}
