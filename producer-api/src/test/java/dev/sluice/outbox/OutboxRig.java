package dev.sluice.outbox;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.topology.Topology;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** An outbox with its tables, a scripted broker and a clock that tests move. */
final class OutboxRig implements AutoCloseable {
  final Database database;
  final ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
  Instant now = Instant.parse("2026-11-21T02:05:00Z");
  final Outbox outbox = new Outbox(() -> now);
  final OutboxRelay relay;

  OutboxRig(DatabaseOptions options) {
    database = Database.open(options);
    database.migrate();
    relay = relay();
  }

  OutboxRelay relay() {
    return new OutboxRelay(database.dataSource(), broker, () -> now);
  }

  /** The database as a pool of an application gives it out, with MySQL's own isolation level. */
  DataSource repeatableRead() {
    return (DataSource)
        Proxy.newProxyInstance(
            OutboxRig.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              Connection connection = (Connection) method.invoke(database.dataSource(), arguments);
              connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
              return connection;
            });
  }

  /** Inserts a message for each id, in a transaction of its own. */
  void insert(String... ids) throws SQLException {
    insertAll(Arrays.stream(ids).map(id -> message(id, null)).toList());
  }

  void insertAll(List<RoutedMessage> messages) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      outbox.insert(connection, messages);
      connection.commit();
    }
  }

  static RoutedMessage message(String id, @Nullable Instant eta) {
    byte[] body = "[[],{},{}]".getBytes(StandardCharsets.UTF_8);
    Message message = MessageCodec.encode(TaskMessage.builder(id, "t", body).eta(eta).build());
    return new RoutedMessage("orders", eta, message);
  }

  void advance(Duration time) {
    now = now.plus(time);
  }

  int count() throws SQLException {
    return Integer.parseInt(column("SELECT COUNT(*) FROM sluice_outbox").get(0));
  }

  OutboxStats stats() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return OutboxStats.read(connection);
    }
  }

  List<String> parkedReasons() throws SQLException {
    return column("SELECT parked_reason FROM sluice_outbox WHERE parked_reason IS NOT NULL");
  }

  List<String> column(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (row.next()) {
        values.add(row.getString(1));
      }
      return values;
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
