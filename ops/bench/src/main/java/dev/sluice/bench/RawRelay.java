package dev.sluice.bench;

import dev.sluice.message.Message;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;

/**
 * An outbox relay as one writes it by hand: JDBC and amqp-client with nothing around them. It reads
 * the rows whole, but publishes a template, so that decoding a row costs it nothing.
 *
 * <p>Threading: for one thread.
 */
final class RawRelay implements Runnable {
  static final int BATCH = 1000;

  private static final String CLAIM =
      "SELECT id, message FROM sluice_outbox ORDER BY id LIMIT "
          + BATCH
          + " FOR UPDATE SKIP LOCKED";

  // With a list of ids MariaDB scans a small table, and two relays wait for each other's rows.
  private static final String DELETE =
      "DELETE o FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) done"
          + " STRAIGHT_JOIN sluice_outbox o FORCE INDEX (PRIMARY) ON o.id = done.id";

  private final String url;
  private final DataSource dataSource;
  private final String queue;
  private final Message template;

  RawRelay(String url, DataSource dataSource, String queue, Message template) {
    this.url = url;
    this.dataSource = dataSource;
    this.queue = queue;
    this.template = template;
  }

  /** Relays until it finds no row that another has not locked. */
  @Override
  public void run() {
    try (RawClient client = new RawClient(url);
        Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      List<Long> ids = claim(connection);
      while (!ids.isEmpty()) {
        client.publishBatch(queue, template, ids.size());
        delete(connection, ids);
        connection.commit();
        ids = claim(connection);
      }
      connection.commit();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  private static List<Long> claim(Connection connection) throws Exception {
    List<Long> ids = new ArrayList<>(BATCH);
    try (PreparedStatement select = connection.prepareStatement(CLAIM);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        ids.add(row.getLong(1));
        row.getBytes(2);
      }
    }
    return ids;
  }

  private static void delete(Connection connection, List<Long> ids) throws Exception {
    try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
      delete.setString(1, ids.toString());
      delete.executeUpdate();
    }
  }
}
