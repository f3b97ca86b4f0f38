package dev.sluice.devservices;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;

/**
 * Makes servers that run in containers of a Docker engine on this machine.
 *
 * <p>The host port is fixed, since Docker would choose another at every restart. Testcontainers
 * ends what a killed JVM leaves behind, except when {@code TESTCONTAINERS_RYUK_DISABLED} is set.
 */
final class ContainerSource implements ServiceSource {

  private static final int AMQP = 5672;
  private static final int MANAGEMENT = 15672;
  private static final int MYSQL = 3306;
  private static final int REDIS = 6379;

  private final Path folder;
  private final SluiceFolder home;
  private final ServiceOptions options;
  private final boolean standing;

  /**
   * @param standing whether the containers outlive this JVM
   */
  ContainerSource(Path folder, SluiceFolder home, ServiceOptions options, boolean standing) {
    this.folder = folder;
    this.home = home;
    this.options = options;
    this.standing = standing;
  }

  @Override
  public RabbitService rabbit() {
    Path data = SluiceFolder.made(folder.resolve(ServiceKind.RABBIT.id()));
    Credentials credentials = Credentials.in(data);
    int port = FreePorts.next();
    OptionalInt management =
        options.management() ? OptionalInt.of(FreePorts.next()) : OptionalInt.empty();
    String image = options.generation().image(ServiceKind.RABBIT);
    GenericContainer<?> container =
        container(options.management() ? image + "-management" : image)
            .withExposedPorts(AMQP)
            .withCopyToContainer(
                Transferable.of(NativeRabbit.settings(credentials, options)),
                "/etc/rabbitmq/conf.d/90-sluice.conf")
            .withCopyToContainer(
                Transferable.of(NativeRabbit.ADVANCED), "/etc/rabbitmq/advanced.config");
    container.setPortBindings(
        management.isPresent()
            ? List.of(binding(port, AMQP), binding(management.getAsInt(), MANAGEMENT))
            : List.of(binding(port, AMQP)));
    return new RabbitService(
        server(ServiceKind.RABBIT, container), data, port, credentials, management);
  }

  @Override
  public DatabaseService database() {
    Path data = SluiceFolder.made(folder.resolve(ServiceKind.DATABASE.id()));
    Credentials credentials = Credentials.in(data);
    int port = FreePorts.next();
    GenericContainer<?> container =
        container(options.generation().image(ServiceKind.DATABASE))
            .withExposedPorts(MYSQL)
            .withEnv("MYSQL_ALLOW_EMPTY_PASSWORD", "yes")
            .withEnv("MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "yes")
            .withCopyToContainer(
                Transferable.of(NativeDatabase.initSql(credentials)),
                "/docker-entrypoint-initdb.d/sluice.sql")
            .withCommand(NativeDatabase.SETTINGS.toArray(String[]::new));
    container.setPortBindings(List.of(binding(port, MYSQL)));
    return new DatabaseService(server(ServiceKind.DATABASE, container), data, port, credentials);
  }

  @Override
  public RedisService redis() {
    Path data = SluiceFolder.made(folder.resolve(ServiceKind.REDIS.id()));
    int port = FreePorts.next();
    GenericContainer<?> container =
        container(options.generation().image(ServiceKind.REDIS))
            .withExposedPorts(REDIS)
            .withCommand("redis-server", "--appendonly", "yes", "--save", "");
    container.setPortBindings(List.of(binding(port, REDIS)));
    return new RedisService(server(ServiceKind.REDIS, container), data, port);
  }

  @Override
  public RedisService redisNode(int number) {
    Path data = SluiceFolder.made(folder.resolve("redis-cluster-" + number));
    int port = FreePorts.next();
    List<String> command =
        new ArrayList<>(
            List.of(
                "redis-server",
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--appendonly",
                "yes",
                "--save",
                ""));
    command.addAll(NativeRedis.clusterArguments(FreePorts.next()));
    // Nodes tell each other and clients their addresses, which must be the same inside and out.
    GenericContainer<?> container =
        container(options.generation().image(ServiceKind.REDIS))
            .withNetworkMode("host")
            .withCommand(command.toArray(String[]::new));
    return new RedisService(server(ServiceKind.REDIS, container), data, port);
  }

  @Override
  public String describe() {
    return "containers of " + options.generation().id() + " versions";
  }

  private static GenericContainer<?> container(String image) {
    return new GenericContainer<>(image).waitingFor(new NoWait());
  }

  private Server server(ServiceKind kind, GenericContainer<?> container) {
    StandingContainers list = StandingContainers.in(home);
    return new ContainerServer(kind.title(), container, standing ? list::add : id -> {});
  }

  private static String binding(int hostPort, int containerPort) {
    return "127.0.0.1:%d:%d".formatted(hostPort, containerPort);
  }
}
