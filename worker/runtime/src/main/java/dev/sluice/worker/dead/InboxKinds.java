package dev.sluice.worker.dead;

import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks many tasks up in the inbox with one statement. Only reads it: rule of the archiver. */
final class InboxKinds {
  private InboxKinds() {}

  /** The kind of row of each key that has one. */
  static Map<InboxKey, InboxKind> find(Connection connection, Collection<InboxKey> keys)
      throws SQLException {
    Map<InboxKey, InboxKind> found = new HashMap<>();
    if (keys.isEmpty()) {
      return found;
    }
    List<Object> parameters = new ArrayList<>();
    for (InboxKey key : keys) {
      parameters.add(key.bucket());
      parameters.add(key.task());
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT bucket, task, kind FROM sluice_inbox WHERE (bucket, task) IN ("
                + Rows.list("(?, ?)", keys.size())
                + ")")) {
      Rows.bind(select, parameters);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.put(
              new InboxKey(row.getInt(1), row.getBytes(2)), InboxKind.values()[row.getInt(3)]);
        }
      }
    }
    return found;
  }
}
