package dev.sluice.worker.dead;

import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import java.sql.SQLException;
import java.util.List;

class DeadTasksIT extends DeadTasksContract {

  @Override
  DeadDatabase open() throws SQLException {
    DatabaseService server = DevServices.shared().database();
    DeadDatabase database =
        DeadDatabase.of(
            DatabaseOptions.of(server.jdbcUrl())
                .user(server.user())
                .password(server.password())
                .poolSize(8));
    for (String table : List.of("sluice_dead_task", "sluice_outbox", "sluice_inbox")) {
      database.execute("DELETE FROM " + table);
    }
    return database;
  }
}
