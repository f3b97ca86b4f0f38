package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.settings.DatabaseSettings;
import dev.sluice.settings.SluiceSettings;

/** The servers that the settings name. */
final class NamedServers implements Servers {

  @Override
  public Broker broker(SluiceSettings settings, String name) {
    throw new CommandFailed("RabbitMQ is not there yet");
  }

  @Override
  public Database database(SluiceSettings settings) {
    DatabaseSettings named = settings.database();
    String user = named.user();
    String password = named.password().reveal();
    return Database.open(
        DatabaseOptions.of(named.url().orElseThrow().reveal())
            .user(user.isEmpty() ? null : user)
            .password(password.isEmpty() ? null : password)
            .poolSize(named.poolSize()));
  }
}
