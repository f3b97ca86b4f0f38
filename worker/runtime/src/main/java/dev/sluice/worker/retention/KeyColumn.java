package dev.sluice.worker.retention;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Base64;

/**
 * A column of a primary key.
 *
 * @param name quoted
 * @param type one of {@link Types}
 */
record KeyColumn(String name, int type) {

  /** The value of a row, as text. */
  String read(ResultSet row, int column) throws SQLException {
    return binary()
        ? Base64.getEncoder().encodeToString(row.getBytes(column))
        : row.getString(column);
  }

  void bind(PreparedStatement statement, int parameter, String text) throws SQLException {
    if (binary()) {
      statement.setBytes(parameter, Base64.getDecoder().decode(text));
      return;
    }
    switch (type) {
      case Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.DECIMAL,
          Types.NUMERIC ->
          statement.setBigDecimal(parameter, new BigDecimal(text));
      case Types.REAL, Types.FLOAT, Types.DOUBLE ->
          statement.setDouble(parameter, Double.parseDouble(text));
      default -> statement.setString(parameter, text);
    }
  }

  private boolean binary() {
    return switch (type) {
      case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> true;
      default -> false;
    };
  }
}
