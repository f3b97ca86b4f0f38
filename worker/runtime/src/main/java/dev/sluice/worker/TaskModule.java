package dev.sluice.worker;

import dev.sluice.broker.Broker;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The handlers of an application, found by {@link java.util.ServiceLoader} in the jars that {@code
 * sluice worker --lib} loads.
 */
public interface TaskModule {

  /** Registers this module's handlers; called once when the worker starts. */
  void register(Handlers handlers, Services services);

  /**
   * What the worker's process shares with its modules.
   *
   * @param dataSource the worker's database; empty when it has none
   * @param databases the named databases, by the names that task types give; without the main one
   * @param redisUrl where Redis is, a server's or a cluster's URL; empty when there is none
   * @param broker the worker's broker, for messages that are no tasks; empty when it is not shared
   * @param namespace prefix of everything of ours on shared servers; empty for none
   * @param properties the section {@code modules} of {@code sluice.yaml}
   */
  record Services(
      Optional<DataSource> dataSource,
      Map<String, DataSource> databases,
      Optional<URI> redisUrl,
      Optional<Broker> broker,
      String namespace,
      Map<String, String> properties) {}
}
