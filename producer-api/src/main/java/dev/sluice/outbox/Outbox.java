package dev.sluice.outbox;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.message.MessageBytes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages into a table, in the caller's transaction; once that is committed, {@link
 * OutboxRelay} publishes them. No order is kept.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class Outbox {
  /**
   * When a row that never failed is due: always, whatever the clocks of two machines say. Rows that
   * back off have a real time.
   */
  static final Instant ALWAYS = Instant.EPOCH;

  // A statement must stay below the server's max_allowed_packet, 16 MB on MariaDB.
  private static final int STATEMENT_BYTES = 4 << 20;
  private static final int STATEMENT_ROWS = 500;
  private static final String INSERT =
      "INSERT INTO sluice_outbox (queue, eta, message, created_at, not_before) VALUES ";
  private static final String ROW = "(?, ?, ?, ?, ?)";

  private final InstantSource clock;

  /**
   * An outbox.
   *
   * @param clock tells when a row was made
   */
  public Outbox(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Inserts the messages with one statement; a second one follows after 500 rows or 4 MB.
   *
   * @param connection the transaction that the messages belong to; neither committed nor closed
   */
  public void insert(Connection connection, List<RoutedMessage> messages) throws SQLException {
    List<RoutedMessage> rows = new ArrayList<>();
    List<byte[]> stored = new ArrayList<>();
    int bytes = 0;
    for (RoutedMessage message : messages) {
      byte[] written = MessageBytes.write(message.message());
      if (!rows.isEmpty()
          && (rows.size() == STATEMENT_ROWS || bytes + written.length > STATEMENT_BYTES)) {
        insertRows(connection, rows, stored);
        rows.clear();
        stored.clear();
        bytes = 0;
      }
      rows.add(message);
      stored.add(written);
      bytes += written.length;
    }
    if (!rows.isEmpty()) {
      insertRows(connection, rows, stored);
    }
  }

  private void insertRows(Connection connection, List<RoutedMessage> rows, List<byte[]> stored)
      throws SQLException {
    String sql = INSERT + (ROW + ", ").repeat(rows.size() - 1) + ROW;
    String now = SqlTimes.textNotBefore(clock.instant());
    String always = SqlTimes.textNotBefore(ALWAYS);
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      int parameter = 1;
      for (int i = 0; i < rows.size(); i++) {
        insert.setString(parameter++, rows.get(i).queue());
        insert.setString(parameter++, eta(rows.get(i)));
        insert.setBytes(parameter++, stored.get(i));
        insert.setString(parameter++, now);
        insert.setString(parameter++, always);
      }
      insert.executeUpdate();
    }
  }

  private static @Nullable String eta(RoutedMessage message) {
    return message.eta() == null ? null : SqlTimes.textNotBefore(message.eta());
  }
}
