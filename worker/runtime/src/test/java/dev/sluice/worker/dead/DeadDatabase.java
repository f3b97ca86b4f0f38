package dev.sluice.worker.dead;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.message.Message;
import dev.sluice.message.MessageBytes;
import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database with our tables, and what tests look up in it. */
final class DeadDatabase implements AutoCloseable {
  private final Database database;

  /** A row of the outbox. */
  record Sent(String queue, @Nullable Instant eta, Message message) {}

  private DeadDatabase(DatabaseOptions options) {
    database = Database.open(options);
    database.migrate();
  }

  static DeadDatabase h2() {
    return of(
        DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  }

  static DeadDatabase of(DatabaseOptions options) {
    return new DeadDatabase(options);
  }

  DataSource dataSource() {
    return database.dataSource();
  }

  void archive(Instant now, Message... letters) throws SQLException {
    List<DeadLetter> read = new ArrayList<>();
    for (Message letter : letters) {
      read.add(DeadLetter.read(letter, false, now));
    }
    Transaction.run(dataSource(), c -> DeadTaskWriter.write(c, read, false, now));
  }

  void putInInbox(String id, InboxKind kind) throws SQLException {
    Transaction.run(
        dataSource(),
        c -> new Inbox(InstantSource.system()).insert(c, InboxKey.of(id), kind, null));
  }

  /** The kind of a task's inbox row; null for none. */
  @Nullable InboxKind inInbox(String id) throws SQLException {
    return Transaction.run(
        dataSource(), c -> new Inbox(InstantSource.system()).find(c, InboxKey.of(id)).orElse(null));
  }

  List<Sent> outbox() throws SQLException {
    return Transaction.run(
        dataSource(),
        c -> {
          List<Sent> sent = new ArrayList<>();
          try (Statement statement = c.createStatement();
              ResultSet row =
                  statement.executeQuery(
                      "SELECT queue, eta, message FROM sluice_outbox ORDER BY id")) {
            while (row.next()) {
              LocalDateTime eta = row.getObject(2, LocalDateTime.class);
              sent.add(
                  new Sent(
                      row.getString(1),
                      eta == null ? null : eta.toInstant(ZoneOffset.UTC),
                      MessageBytes.read(row.getBytes(3))));
            }
          }
          return sent;
        });
  }

  void execute(String sql) throws SQLException {
    Transaction.run(
        dataSource(),
        c -> {
          try (Statement statement = c.createStatement()) {
            return statement.executeUpdate(sql);
          }
        });
  }

  @Override
  public void close() {
    database.close();
  }
}
