package dev.sluice.devservices;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Sets up a RabbitMQ node of our own: ports, cookie, plugins, configuration and the epmd (Erlang's
 * port mapper) that only this node uses, so that it can be ended with it.
 */
final class NativeRabbit {

  /** When RabbitMQ holds more than this it blocks publishers. */
  static final String MEMORY = "2GB";

  /**
   * What {@code advanced.config} says. A quorum queue reads its messages before the node knows its
   * exchanges: what ends its delay in that moment of a start waits so long for another try.
   */
  static final String ADVANCED =
      "[{rabbit, [{dead_letter_worker_publisher_confirm_timeout, 30000}]}].\n";

  private static final String NODE = "sluice@localhost";
  private static final String LOOPBACK = "127.0.0.1";

  private NativeRabbit() {}

  static RabbitService in(Path folder, ServerRoot root, Spawner spawner, ServiceOptions options)
      throws IOException {
    String program = root.require(ServiceKind.RABBIT, "rabbitmq-server");
    Credentials credentials = Credentials.in(folder);
    int port = FreePorts.next();
    OptionalInt managementPort =
        options.management() ? OptionalInt.of(FreePorts.next()) : OptionalInt.empty();
    int epmdPort = FreePorts.next();
    writeFiles(folder, settings(credentials, options), port, managementPort);
    Map<String, String> environment = environment(folder, epmdPort);
    Launch node = new Launch("rabbit", List.of(program), environment, folder, port);
    // Where it is not found Erlang starts one by itself.
    Optional<String> epmd = root.find("epmd");
    List<Launch> helpers =
        epmd.stream()
            .map(path -> List.of(path, "-port", "" + epmdPort, "-address", LOOPBACK))
            .map(command -> new Launch(Launch.EPMD, command, environment, folder, epmdPort))
            .toList();
    return new RabbitService(
        new NativeServer(spawner, node, helpers), folder, port, credentials, managementPort);
  }

  /** The lines of {@code rabbitmq.conf} that hold wherever the node runs. */
  static String settings(Credentials credentials, ServiceOptions options) {
    String settings =
        """
        default_user = %s
        default_pass = %s
        disk_free_limit.absolute = 100MB
        vm_memory_high_watermark.absolute = %s
        log.console.level = info
        # The default of 3.x; that of 4.x, 16 MiB, would refuse the oversized messages of others
        # that a worker must be able to deal with.
        max_message_size = 134217728
        """
            .formatted(credentials.user(), credentials.password(), MEMORY);
    // 3.10 permits such queues, and does not start with a setting that it does not know.
    return options.transientQueues() && options.generation() != Generation.BOOKWORM
        ? settings + "deprecated_features.permit.transient_nonexcl_queues = true\n"
        : settings;
  }

  private static void writeFiles(Path folder, String settings, int port, OptionalInt managementPort)
      throws IOException {
    StringBuilder configuration = new StringBuilder();
    configuration.append("listeners.tcp.1 = %s:%d%n%s".formatted(LOOPBACK, port, settings));
    managementPort.ifPresent(
        http ->
            configuration.append(
                """
                management.tcp.ip = %s
                management.tcp.port = %d
                prometheus.tcp.ip = %s
                prometheus.tcp.port = %d
                """
                    .formatted(LOOPBACK, http, LOOPBACK, FreePorts.next())));
    PrivateFiles.write(folder.resolve("rabbitmq.conf"), configuration.toString());
    String plugins =
        managementPort.isPresent() ? "[rabbitmq_management,rabbitmq_prometheus]." : "[].";
    Files.writeString(folder.resolve("enabled_plugins"), plugins + "\n");
    Files.writeString(folder.resolve("advanced.config"), ADVANCED);
    Files.writeString(folder.resolve("rabbitmq-env.conf"), "");
    writeCookie(folder);
  }

  /** Erlang refuses a cookie that others may read. */
  private static void writeCookie(Path folder) throws IOException {
    Path cookie = folder.resolve(".erlang.cookie");
    if (!Files.exists(cookie)) {
      PrivateFiles.write(cookie, Credentials.in(folder).password());
    }
  }

  private static Map<String, String> environment(Path folder, int epmdPort) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("HOME", folder.toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("ERL_EPMD_PORT", Integer.toString(epmdPort));
    environment.put("ERL_EPMD_ADDRESS", LOOPBACK);
    // The start script then becomes the server instead of waiting beside it.
    environment.put("RUNNING_UNDER_SYSTEMD", "true");
    environment.put("RABBITMQ_NODENAME", NODE);
    environment.put("RABBITMQ_DIST_PORT", Integer.toString(FreePorts.next()));
    environment.put("RABBITMQ_CONF_ENV_FILE", folder.resolve("rabbitmq-env.conf").toString());
    environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq").toString());
    environment.put("RABBITMQ_ADVANCED_CONFIG_FILE", folder.resolve("advanced.config").toString());
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("enabled_plugins").toString());
    environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString());
    environment.put("RABBITMQ_LOG_BASE", folder.toString());
    environment.put("RABBITMQ_LOGS", "-");
    environment.put("RABBITMQ_PID_FILE", folder.resolve("pid").toString());
    environment.put("RABBITMQ_GENERATED_CONFIG_DIR", folder.resolve("generated").toString());
    // Idle schedulers must not spin: tests share few cores with several servers.
    environment.put(
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
        "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"
            + " -kernel inet_dist_use_interface {127,0,0,1}");
    return Map.copyOf(environment);
  }
}
