package dev.sluice.devservices;

import java.nio.file.Path;

/**
 * A private MySQL or MariaDB with the database {@code sluice} and a user who may do everything.
 *
 * <p>Threading: safe.
 */
public final class DatabaseService extends Service {

  private final Credentials credentials;

  DatabaseService(Server server, Path folder, int port, Credentials credentials) {
    super(ServiceKind.DATABASE, server, folder, port);
    this.credentials = credentials;
  }

  /** The JDBC URL with user and password as parameters. */
  @Override
  public String url() {
    return "%s&user=%s&password=%s".formatted(jdbcUrl(), user(), password());
  }

  /** The JDBC URL without user and password. */
  public String jdbcUrl() {
    return jdbcUrl("sluice");
  }

  /** The JDBC URL, without user and password, of another database of this server. */
  public String jdbcUrl(String database) {
    // Without TLS MySQL 8 and later hands out the key that protects the password only when asked.
    return "jdbc:mysql://127.0.0.1:%d/%s?sslMode=DISABLED&allowPublicKeyRetrieval=true"
        .formatted(port(), database);
  }

  public String user() {
    return credentials.user();
  }

  public String password() {
    return credentials.password();
  }

  @Override
  String handshake() throws Exception {
    return Handshake.with(kind(), url());
  }
}
