package dev.sluice.timelines;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** The table of posts. */
public final class Posts {

  /** The posts that exist and are not deleted, by id. */
  public Map<Long, Post> byId(Connection connection, Collection<Long> ids) throws SQLException {
    Map<Long, Post> found = new HashMap<>();
    if (ids.isEmpty()) {
      return found;
    }
    String places = String.join(", ", Collections.nCopies(ids.size(), "?"));
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, author, created_at, text FROM sluice_post WHERE deleted_at IS NULL"
                + " AND id IN ("
                + places
                + ")")) {
      int place = 1;
      for (Long id : ids) {
        select.setLong(place++, id);
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Instant createdAt = SqlTimes.read(row, "created_at");
          found.put(
              row.getLong(1),
              new Post(row.getLong(1), row.getLong(2), createdAt, row.getString(4)));
        }
      }
    }
    return found;
  }
}
