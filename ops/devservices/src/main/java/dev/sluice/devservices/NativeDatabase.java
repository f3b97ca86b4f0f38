package dev.sluice.devservices;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Sets up a MySQL or MariaDB of our own: empty system tables, one database, one user. */
final class NativeDatabase {

  /** What holds wherever the server runs: nothing that was committed may be lost. */
  static final List<String> SETTINGS =
      List.of(
          "--skip-name-resolve",
          "--character-set-server=utf8mb4",
          "--default-time-zone=+00:00",
          "--innodb-buffer-pool-size=128M",
          "--innodb-flush-log-at-trx-commit=1",
          "--sync-binlog=1");

  private NativeDatabase() {}

  static DatabaseService in(Path folder, ServerRoot root, Spawner spawner) throws IOException {
    String program = root.require(ServiceKind.DATABASE, "mariadbd", "mysqld");
    Map<String, String> environment = Map.of("HOME", folder.toString(), "TZ", "UTC");
    boolean isMariaDb =
        spawner
            .run(program, environment, List.of("--no-defaults", "--version"))
            .contains("MariaDB");
    Credentials credentials = Credentials.in(folder);
    Path data = folder.resolve("data");
    if (!Files.isDirectory(data)) {
      initialise(isMariaDb, program, data, root, spawner, environment);
    }
    PrivateFiles.write(folder.resolve("init.sql"), initSql(credentials));
    int port = FreePorts.next();
    Launch launch =
        new Launch(
            "database", command(isMariaDb, program, folder, port), environment, folder, port);
    return new DatabaseService(
        new NativeServer(spawner, launch, List.of()), folder, port, credentials);
  }

  private static void initialise(
      boolean isMariaDb,
      String program,
      Path data,
      ServerRoot root,
      Spawner spawner,
      Map<String, String> environment) {
    // Whole or not at all: a half-initialised folder would never start.
    Path draft = data.resolveSibling("draft");
    SluiceFolder.delete(draft);
    List<String> arguments = new ArrayList<>(List.of("--no-defaults", "--datadir=" + draft));
    arguments.addAll(asRoot());
    if (isMariaDb) {
      arguments.addAll(
          List.of(
              "--auth-root-authentication-method=normal",
              "--skip-test-db",
              "--innodb-log-file-size=64M"));
      spawner.run(
          root.require(ServiceKind.DATABASE, "mariadb-install-db", "mysql_install_db"),
          environment,
          arguments);
    } else {
      arguments.add("--initialize-insecure");
      arguments.add("--innodb-redo-log-capacity=64M");
      spawner.run(program, environment, arguments);
    }
    try {
      Files.move(draft, data);
    } catch (IOException e) {
      throw new DevServicesException("Cannot put the database's folder in place: " + data, e);
    }
  }

  private static List<String> command(boolean isMariaDb, String program, Path folder, int port) {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            program,
            "--no-defaults",
            "--datadir=" + folder.resolve("data"),
            "--init-file=" + folder.resolve("init.sql"),
            "--bind-address=127.0.0.1",
            "--port=" + port,
            // Relative to the data folder: the path of a socket may have 107 bytes only.
            "--socket=db.sock",
            "--pid-file=db.pid"));
    command.addAll(SETTINGS);
    command.addAll(asRoot());
    command.addAll(
        isMariaDb
            ? List.of("--innodb-log-file-size=64M")
            : List.of("--innodb-redo-log-capacity=64M", "--mysqlx=OFF", "--secure-file-priv=NULL"));
    return command;
  }

  /** Both servers run as root only when told so. */
  private static List<String> asRoot() {
    return "root".equals(System.getProperty("user.name")) ? List.of("--user=root") : List.of();
  }

  /** Run at every start, one statement a line. */
  static String initSql(Credentials credentials) {
    return """
        CREATE DATABASE IF NOT EXISTS sluice CHARACTER SET utf8mb4;
        CREATE USER IF NOT EXISTS '%1$s'@'%%' IDENTIFIED BY '%2$s';
        GRANT ALL PRIVILEGES ON *.* TO '%1$s'@'%%' WITH GRANT OPTION;
        """
        .formatted(credentials.user(), credentials.password());
  }
}
