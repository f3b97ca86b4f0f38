package dev.sluice.outbox;

import dev.sluice.producer.PayloadTooLarge;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
  private final int maxBytes;

  /**
   * An outbox.
   *
   * @param clock tells when a row was made
   * @param maxBytes limit of a message's body
   */
  public Outbox(InstantSource clock, int maxBytes) {
    this.clock = clock;
    this.maxBytes = maxBytes;
  }

  /**
   * Inserts the messages with one statement; a second one follows after 500 rows or 4 MB.
   *
   * @param connection the transaction that the messages belong to; neither committed nor closed
   * @throws PayloadTooLarge when a body is over the limit; then none is inserted
   */
  public void insert(Connection connection, List<OutboxMessage> messages) throws SQLException {
    for (OutboxMessage message : messages) {
      checkSize(message);
    }
    List<OutboxMessage> rows = new ArrayList<>();
    List<byte[]> stored = new ArrayList<>();
    int bytes = 0;
    for (OutboxMessage message : messages) {
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

  private void checkSize(OutboxMessage message) {
    int size = message.message().body().length;
    if (size > maxBytes) {
      throw new PayloadTooLarge(
          Objects.requireNonNullElse(message.message().correlationId(), "without an id"),
          "for queue '" + message.queue() + "'",
          size,
          maxBytes);
    }
  }

  private void insertRows(Connection connection, List<OutboxMessage> rows, List<byte[]> stored)
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

  private static @Nullable String eta(OutboxMessage message) {
    return message.eta() == null ? null : SqlTimes.textNotBefore(message.eta());
  }
}
