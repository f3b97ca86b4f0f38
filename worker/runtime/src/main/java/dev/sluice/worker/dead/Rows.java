package dev.sluice.worker.dead;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How values of this package stand in columns. */
final class Rows {
  private Rows() {}

  static void bind(PreparedStatement statement, List<? extends @Nullable Object> values)
      throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      statement.setObject(i + 1, values.get(i));
    }
  }

  /** {@code unit}, repeated with commas. */
  static String list(String unit, int times) {
    return String.join(", ", Collections.nCopies(times, unit));
  }
}
