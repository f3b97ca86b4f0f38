package dev.sluice.worker.sql;

import dev.sluice.worker.sql.SqlStatement.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes tasks of a batch that add to the same counters as one: their summands are added up, all
 * other parameters are equal.
 *
 * <p>Threading: immutable.
 */
final class CounterMerge {
  private static final String SHAPE =
      "; merge takes UPDATE t SET n = n + :delta WHERE id = :id, or INSERT INTO t (id, n) VALUES"
          + " (:id, :delta) ON DUPLICATE KEY UPDATE n = n + VALUES(n)";

  /** Whether the parameter at this place is a summand. */
  private final boolean[] summed;

  private CounterMerge(boolean[] summed) {
    this.summed = summed;
  }

  /**
   * The merge for a statement.
   *
   * @throws IllegalArgumentException when merged tasks could have another effect than single ones
   */
  static CounterMerge of(SqlStatement statement, List<SqlParameter> parameters) {
    if (statement.assignments().isEmpty()) {
      throw new IllegalArgumentException("the statement adds to no counter" + SHAPE);
    }
    // How often a summand may occur: as what is added, and as what is inserted first.
    Map<String, Long> places = new TreeMap<>();
    for (Assignment assignment : statement.assignments()) {
      String summand = summand(statement, assignment);
      boolean inserted = statement.kind() == Kind.INSERT && !"".equals(assignment.summand());
      places.merge(summand, inserted ? 2L : 1L, Long::sum);
      checkNotRead(statement, assignment.column());
    }
    boolean[] summed = new boolean[parameters.size()];
    for (int i = 0; i < summed.length; i++) {
      SqlParameter parameter = parameters.get(i);
      Long allowed = places.get(parameter.name());
      summed[i] = allowed != null;
      if (allowed != null) {
        check(parameter, allowed == uses(statement, parameter.name()));
      }
    }
    return new CounterMerge(summed);
  }

  /** The columns of an INSERT that tell its row from others. */
  static Set<String> keyColumns(SqlStatement insert) {
    Set<String> columns = new HashSet<>();
    insert.columns().forEach(column -> columns.add(column.name()));
    insert.assignments().forEach(assignment -> columns.remove(assignment.column()));
    return columns;
  }

  /** The rows that have the effect of {@code rows}, in an order that all workers share. */
  Collection<List<@Nullable Object>> merged(List<List<@Nullable Object>> rows) {
    Map<List<@Nullable Object>, List<@Nullable Object>> byKey = new LinkedHashMap<>();
    List<List<@Nullable Object>> apart = new ArrayList<>();
    for (List<@Nullable Object> row : rows) {
      List<@Nullable Object> key = key(row);
      if (key.contains(null)) {
        // Of a unique key NULL equals no NULL.
        apart.add(row);
        continue;
      }
      List<@Nullable Object> before = byKey.get(key);
      if (before == null) {
        byKey.put(key, row);
        continue;
      }
      try {
        byKey.put(key, sum(before, row));
      } catch (ArithmeticException overflow) {
        apart.add(row);
      }
    }
    List<List<@Nullable Object>> merged = new ArrayList<>(byKey.values());
    merged.addAll(apart);
    // Two batches that lock their rows in one order cannot deadlock.
    merged.sort((a, b) -> key(a).toString().compareTo(key(b).toString()));
    return merged;
  }

  private List<@Nullable Object> key(List<@Nullable Object> row) {
    List<@Nullable Object> key = new ArrayList<>(row.size());
    for (int i = 0; i < summed.length; i++) {
      if (!summed[i]) {
        Object value = row.get(i);
        key.add(value instanceof byte[] bytes ? Arrays.toString(bytes) : value);
      }
    }
    return key;
  }

  private List<@Nullable Object> sum(List<@Nullable Object> left, List<@Nullable Object> right) {
    List<@Nullable Object> sum = new ArrayList<>(left);
    for (int i = 0; i < summed.length; i++) {
      if (summed[i]) {
        sum.set(i, add(Objects.requireNonNull(left.get(i)), Objects.requireNonNull(right.get(i))));
      }
    }
    return sum;
  }

  private static Object add(Object left, Object right) {
    return left instanceof Long number
        ? (Object) Math.addExact(number, (Long) right)
        : ((BigDecimal) left).add((BigDecimal) right);
  }

  private static String summand(SqlStatement statement, Assignment assignment) {
    String summand = assignment.summand();
    boolean insert = statement.kind() == Kind.INSERT;
    Expression inserted = insert ? statement.inserted(assignment.column()) : null;
    String first = inserted == null ? null : inserted.parameter();
    boolean adds =
        insert
            ? first != null
                && summand != null
                && (summand.isEmpty() || summand.equals(first))
                && assignment.value().has("+")
            : summand != null && !summand.isEmpty();
    if (!adds) {
      throw new IllegalArgumentException(
          "'"
              + assignment.target()
              + " = "
              + assignment.value().text()
              + "' is no counter that adds up"
              + SHAPE);
    }
    return insert ? Objects.requireNonNull(first) : Objects.requireNonNull(summand);
  }

  private static void checkNotRead(SqlStatement statement, String column) {
    boolean read =
        statement.condition() != null && statement.condition().mentions(column)
            || statement.row().stream().anyMatch(value -> value.mentions(column))
            || statement.assignments().stream()
                .anyMatch(a -> !a.column().equals(column) && a.value().mentions(column));
    if (read) {
      throw new IllegalArgumentException(
          "what the statement does depends on " + column + ", which it adds to" + SHAPE);
    }
  }

  private static void check(SqlParameter parameter, boolean addedOnly) {
    if (!parameter.type().sums() || parameter.mayBeNull()) {
      throw new IllegalArgumentException(
          ":" + parameter.name() + " must be a long or a decimal that is never null" + SHAPE);
    }
    if (!addedOnly) {
      throw new IllegalArgumentException(
          ":" + parameter.name() + " is used for something else than to be added" + SHAPE);
    }
  }

  private static long uses(SqlStatement statement, String parameter) {
    return statement.parameters().stream().filter(parameter::equals).count();
  }
}
