package dev.sluice.worker.retention;

import dev.sluice.database.Dialect;
import dev.sluice.database.RangePartitions;
import dev.sluice.database.RangePartitions.Partition;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The partitions of an application's table, where its rows are parted by their age. */
final class AgePartitions {
  /** TO_DAYS('1970-01-01'). */
  private static final long DAYS_BEFORE_EPOCH = 719_528;

  private static final int DATE_LETTERS = "yyyy-mm-dd".length();
  private static final long SECONDS_BEFORE_EPOCH = DAYS_BEFORE_EPOCH * 86_400;

  private final RangePartitions partitions;
  private final List<Partition> list;
  private final TableShape shape;

  private AgePartitions(RangePartitions partitions, List<Partition> list, TableShape shape) {
    this.partitions = partitions;
    this.list = list;
    this.shape = shape;
  }

  /** Those of a table; null when it has none, or they are not of its rows' age. */
  static @Nullable AgePartitions of(Connection connection, TableShape shape) throws SQLException {
    if (!Dialect.of(connection).partitioned()) {
      return null;
    }
    RangePartitions partitions = RangePartitions.of(connection, shape.table());
    AgePartitions found = new AgePartitions(partitions, partitions.list(), shape);
    return found.list.isEmpty() || found.function() == null ? null : found;
  }

  /**
   * What became of the old ones.
   *
   * @param rows about how many went with them
   * @param end where the rows begin that no drop will remove, those of a partition without an end:
   *     {@link Instant#MIN} where there is no other partition; null where that does not exist
   */
  record Dropped(long rows, @Nullable Instant end) {}

  /** Drops those whose rows are all older than an instant; one is always left. */
  Dropped drop(Instant before) throws SQLException {
    List<Partition> old = new ArrayList<>();
    Instant end = Instant.MIN;
    boolean endless = false;
    for (Partition partition : list) {
      Instant bound = bound(partition);
      endless |= bound == null;
      end = bound == null ? end : bound;
      if (bound != null && !bound.isAfter(before) && old.size() < list.size() - 1) {
        old.add(partition);
      }
    }
    return new Dropped(partitions.drop(old), endless ? end : null);
  }

  /** What the age column goes through before it is compared; empty for nothing, null if unknown. */
  private @Nullable String function() {
    String expression = bare(list.get(0).expression());
    String column = bare(shape.age());
    if (expression.equals(column)) {
      return "";
    }
    for (String function : List.of("to_days", "to_seconds", "unix_timestamp", "year")) {
      if (expression.equals(function + "(" + column + ")")) {
        return function;
      }
    }
    return null;
  }

  private static String bare(String sql) {
    return sql.replace("`", "").replace(" ", "").toLowerCase(Locale.ROOT);
  }

  /** Where a partition ends; null for no end. */
  private @Nullable Instant bound(Partition partition) {
    String bound = partition.bound();
    if (bound == null) {
      return null;
    }
    String text = bound.replace("'", "");
    return switch (String.valueOf(function())) {
      case "to_days" -> Instant.EPOCH.plusSeconds((number(text) - DAYS_BEFORE_EPOCH) * 86_400);
      case "to_seconds" -> Instant.ofEpochSecond(number(text) - SECONDS_BEFORE_EPOCH);
      case "unix_timestamp" -> Instant.ofEpochSecond(number(text));
      case "year" ->
          LocalDate.of((int) number(text), 1, 1).atStartOfDay().toInstant(ZoneOffset.UTC);
      default -> shape.kind().instant(midnight(text));
    };
  }

  /** A time without hours, as MariaDB gives it back where it was told so. */
  private String midnight(String text) {
    return shape.kind() == AgeColumn.TIME && text.length() == DATE_LETTERS
        ? text + " 00:00:00"
        : text;
  }

  private static long number(String text) {
    return new BigDecimal(text).longValue();
  }
}
