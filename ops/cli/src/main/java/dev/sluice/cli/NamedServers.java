package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.settings.BrokerSettings;
import dev.sluice.settings.DatabaseSettings;
import dev.sluice.settings.MaskedUrl;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.Topology;
import java.util.Optional;

/** The servers that the settings name. */
final class NamedServers implements Servers {

  @Override
  public Broker broker(SluiceSettings settings, String name) {
    BrokerSettings named = settings.broker();
    RabbitOptions options =
        RabbitOptions.of(named.url().orElseThrow().reveal())
            .topology(new Topology(named.namespace()))
            .window(named.window())
            .confirmTimeout(named.confirmTimeout())
            .blockedTimeout(named.blockedTimeout())
            .connectionName(name);
    return RabbitBroker.open(
        named.managementUrl().map(url -> options.managementUrl(url.reveal())).orElse(options));
  }

  @Override
  public Database database(SluiceSettings settings) {
    return open(settings.database(), settings.database().url());
  }

  @Override
  public Database named(SluiceSettings settings, String name) {
    DatabaseSettings named = settings.databases().get(name);
    return open(named, named.url());
  }

  @Override
  public Database replica(SluiceSettings settings) {
    return open(settings.database(), settings.database().replicaUrl());
  }

  private static Database open(DatabaseSettings named, Optional<MaskedUrl> url) {
    String user = named.user();
    String password = named.password().reveal();
    return Database.open(
        DatabaseOptions.of(url.orElseThrow().reveal())
            .user(user.isEmpty() ? null : user)
            .password(password.isEmpty() ? null : password)
            .poolSize(named.poolSize()));
  }
}
