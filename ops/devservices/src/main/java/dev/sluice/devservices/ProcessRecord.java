package dev.sluice.devservices;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A process that we started, as it is written down so that a later run can end it.
 *
 * @param role what it is: rabbit, database, redis or epmd
 * @param process which one
 * @param owner the JVM that ends it; absent for servers that outlive the command that started them
 * @param folder its data folder
 * @param port where it listens
 * @param generation the server generation it is from
 */
record ProcessRecord(
    String role,
    ProcessIdentity process,
    Optional<ProcessIdentity> owner,
    Path folder,
    int port,
    Generation generation) {

  /** Whether its JVM is gone without having ended it. */
  boolean isOrphan() {
    return owner.isPresent() && !owner.get().isAlive();
  }

  /** Whether it only serves another of our processes. */
  boolean isHelper() {
    return role.equals(Launch.EPMD);
  }

  String fileName() {
    return role + "-" + process.pid() + ".properties";
  }

  Properties toProperties() {
    Properties properties = new Properties();
    properties.setProperty("role", role);
    write(properties, "process", process);
    owner.ifPresent(identity -> write(properties, "owner", identity));
    properties.setProperty("folder", folder.toString());
    properties.setProperty("port", Integer.toString(port));
    properties.setProperty("generation", generation.id());
    return properties;
  }

  /**
   * Reads what {@link #toProperties()} wrote.
   *
   * @throws IllegalArgumentException if something is missing or no number
   */
  static ProcessRecord from(Properties properties) {
    boolean owned = properties.containsKey("owner.pid");
    return new ProcessRecord(
        required(properties, "role"),
        identity(properties, "process"),
        owned ? Optional.of(identity(properties, "owner")) : Optional.empty(),
        Path.of(required(properties, "folder")),
        Integer.parseInt(required(properties, "port")),
        Generation.named(required(properties, "generation")));
  }

  private static void write(Properties properties, String key, ProcessIdentity identity) {
    properties.setProperty(key + ".pid", Long.toString(identity.pid()));
    properties.setProperty(key + ".started", Long.toString(identity.startedAt()));
  }

  private static ProcessIdentity identity(Properties properties, String key) {
    return new ProcessIdentity(
        Long.parseLong(required(properties, key + ".pid")),
        Long.parseLong(required(properties, key + ".started")));
  }

  private static String required(Properties properties, String key) {
    @Nullable String value = properties.getProperty(key);
    if (value == null) {
      throw new IllegalArgumentException("The key '" + key + "' is missing");
    }
    return value;
  }
}
