package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.database.Database;
import dev.sluice.settings.SluiceSettings;

/** Opens what the settings name; tests open something else. */
interface Servers {

  /**
   * A connection to the broker, which may not be open yet.
   *
   * @param name how the broker's own tools show the connection
   */
  Broker broker(SluiceSettings settings, String name);

  /** The database. */
  Database database(SluiceSettings settings);

  /** A database of the section {@code databases}. */
  Database named(SluiceSettings settings, String name);

  /** The copy of the main database. */
  Database replica(SluiceSettings settings);
}
