package dev.sluice.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/** Makes servers that run as processes of this machine. */
final class NativeSource implements ServiceSource {

  private final Path folder;
  private final ServerRoot root;
  private final Spawner spawner;
  private final ServiceOptions options;

  private NativeSource(Path folder, ServerRoot root, Spawner spawner, ServiceOptions options) {
    this.folder = folder;
    this.root = root;
    this.spawner = spawner;
    this.options = options;
  }

  /**
   * @param folder where each server gets a data folder
   * @param owner the JVM that ends the servers, absent if they outlive it
   */
  static NativeSource in(
      Path folder, SluiceFolder home, ServiceOptions options, Optional<ProcessIdentity> owner) {
    ServerRoot root =
        options.generation() == Generation.BOOKWORM
            ? ServerRoot.machine(home.servers())
            : ServerRoot.chroot(
                new ChrootBuilder(home.chroots()).get(options.generation()), home.servers());
    Spawner spawner = new Spawner(root, new RunFolder(home.run()), owner, options.generation());
    return new NativeSource(folder, root, spawner, options);
  }

  @Override
  public RabbitService rabbit() {
    Path data = made(ServiceKind.RABBIT);
    try {
      return NativeRabbit.in(data, root, spawner, options);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot set up RabbitMQ in " + data, e);
    }
  }

  @Override
  public DatabaseService database() {
    Path data = made(ServiceKind.DATABASE);
    try {
      return NativeDatabase.in(data, root, spawner);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot set up the database in " + data, e);
    }
  }

  @Override
  public RedisService redis() {
    return NativeRedis.in(made(ServiceKind.REDIS), root, spawner);
  }

  @Override
  public RedisService redisNode(int number) {
    Path data = SluiceFolder.made(folder.resolve("redis-cluster-" + number));
    return NativeRedis.clusterNode(data, root, spawner);
  }

  @Override
  public String describe() {
    return options.generation() == Generation.BOOKWORM
        ? "private processes of the servers installed on this machine"
        : "private processes from a Debian " + options.generation().id() + " chroot";
  }

  private Path made(ServiceKind kind) {
    return SluiceFolder.made(folder.resolve(kind.id()));
  }
}
