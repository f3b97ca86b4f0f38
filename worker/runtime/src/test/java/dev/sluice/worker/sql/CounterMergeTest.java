package dev.sluice.worker.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.worker.BatchItem;
import dev.sluice.worker.TaskContext;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Merged tasks have the effect of single ones. */
class CounterMergeTest {
  private static final int ROUNDS = 60;
  private static final List<SqlParameter> PARAMETERS =
      List.of(
          new SqlParameter("page", SqlType.STRING, "page", true, true, null),
          SqlParameter.of("day", SqlType.LONG),
          SqlParameter.of("delta", SqlType.LONG),
          SqlParameter.of("price", SqlType.DECIMAL));

  private final Database database =
      Database.open(DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL"));
  private Connection connection;

  @BeforeEach
  void tables() throws SQLException {
    connection = database.dataSource().getConnection();
    for (String table : List.of("single", "merged")) {
      execute(
          "CREATE TABLE "
              + table
              + " (page VARCHAR(20), weekday BIGINT, n BIGINT NOT NULL, total DECIMAL(20, 4) NOT NULL,"
              + " PRIMARY KEY (page, weekday))");
      execute("INSERT INTO " + table + " (page, weekday, n, total) VALUES ('a', 0, 5, 1.5)");
    }
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO TABLE_ (page, weekday, n, total) VALUES (:page, :day, :delta, :price)"
            + " ON DUPLICATE KEY UPDATE n = n + VALUES(n), total = total + VALUES(total)",
        "INSERT INTO TABLE_ (page, weekday, n, total) VALUES (:page, :day, :delta, :price)"
            + " ON DUPLICATE KEY UPDATE n = n + :delta, total = total + :price",
        "UPDATE TABLE_ SET n = n + :delta, total = total - :price"
            + " WHERE page = :page AND weekday = :day"
      })
  void random_batches_leave_the_same_rows(String statement) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      List<List<@Nullable Object>> rows = rows(random);
      apply(statement.replace("TABLE_", "single"), false, rows);
      apply(statement.replace("TABLE_", "merged"), true, rows);
      assertThat(content("merged"))
          .as("seed %s, round %s, batch %s", seed, round, rows)
          .isEqualTo(content("single"));
    }
  }

  @Test
  void equal_keys_become_one_row_and_rows_are_sorted_by_key() {
    Collection<List<@Nullable Object>> merged =
        merge()
            .merged(
                List.of(
                    row("b", 1L, 1L, "0.5"),
                    row("a", 1L, 2L, "1"),
                    row("b", 1L, 3L, "0.25"),
                    row("a", 2L, 4L, "1")));

    assertThat(merged)
        .containsExactly(row("a", 1L, 2L, "1"), row("a", 2L, 4L, "1"), row("b", 1L, 4L, "0.75"));
  }

  @Test
  void a_sum_that_is_no_64_bit_number_any_more_is_written_apart() {
    List<List<@Nullable Object>> rows =
        List.of(row("a", 1L, Long.MAX_VALUE, "1"), row("a", 1L, 1L, "1"));

    assertThat(merge().merged(rows)).containsExactlyElementsOf(rows);
  }

  @Test
  void null_equals_no_null() {
    List<List<@Nullable Object>> rows = List.of(row(null, 1L, 1L, "1"), row(null, 1L, 1L, "1"));

    assertThat(merge().merged(rows)).containsExactlyElementsOf(rows);
  }

  private static CounterMerge merge() {
    return CounterMerge.of(
        StatementParser.parse(
            "UPDATE t SET n = n + :delta, total = total + :price WHERE page = :page AND day = :day"),
        PARAMETERS);
  }

  private void apply(String text, boolean merging, List<List<@Nullable Object>> rows)
      throws SQLException {
    SqlStatement statement = StatementParser.parse(text);
    List<String> names = PARAMETERS.stream().map(SqlParameter::name).toList();
    SqlTaskHandler handler =
        new SqlTaskHandler(
            new ArgumentReader("a.b", PARAMETERS),
            statement.sql(),
            statement.parameters().stream().mapToInt(names::indexOf).toArray(),
            merging ? CounterMerge.of(statement, PARAMETERS) : null);
    List<BatchItem<SqlArguments>> batch = new ArrayList<>();
    rows.forEach(row -> batch.add(new BatchItem<>(new SqlArguments(row), context())));
    handler.handle(batch, connection);
  }

  private static List<List<@Nullable Object>> rows(Random random) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    int size = 1 + random.nextInt(40);
    for (int i = 0; i < size; i++) {
      rows.add(
          row(
              String.valueOf((char) ('a' + random.nextInt(4))),
              (long) random.nextInt(3),
              random.nextLong(-1_000_000, 1_000_000),
              BigDecimal.valueOf(random.nextLong(-100_000, 100_000), random.nextInt(5))
                  .toPlainString()));
    }
    return rows;
  }

  private static List<@Nullable Object> row(
      @Nullable String page, long day, long delta, String price) {
    return Arrays.asList(page, day, delta, new BigDecimal(price));
  }

  private List<String> content(String table) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery(
                "SELECT page, weekday, n, total FROM " + table + " ORDER BY 1, 2")) {
      while (row.next()) {
        rows.add(
            row.getString(1)
                + " "
                + row.getLong(2)
                + " "
                + row.getLong(3)
                + " "
                + row.getBigDecimal(4));
      }
    }
    return rows;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static TaskContext context() {
    return (TaskContext)
        Proxy.newProxyInstance(
            CounterMergeTest.class.getClassLoader(),
            new Class<?>[] {TaskContext.class},
            (proxy, method, arguments) -> "task");
  }
}
