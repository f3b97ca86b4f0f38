package dev.sluice.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class RowCountTest {
  private final RowCount rows = new RowCount();

  @Test
  void updates_count_as_the_driver_says() throws Exception {
    called("executeUpdate", 3);
    called("executeLargeUpdate", 4L);
    assertThat(rows.total()).isEqualTo(7);
  }

  @Test
  void an_entry_of_a_rewritten_batch_is_a_row_and_one_that_failed_is_none() throws Exception {
    called("executeBatch", new int[] {Statement.SUCCESS_NO_INFO, 2, Statement.EXECUTE_FAILED});
    called("executeLargeBatch", new long[] {Statement.SUCCESS_NO_INFO, 0});
    assertThat(rows.total()).isEqualTo(4);
  }

  @Test
  void an_execute_counts_unless_it_was_a_query() throws Exception {
    called("execute", false);
    called("execute", true);
    called("executeQuery", null);
    assertThat(rows.total()).as("the statement says 5").isEqualTo(5);
  }

  private void called(String name, Object result) throws SQLException, NoSuchMethodException {
    Statement statement =
        (Statement)
            Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Statement.class}, (a, b, c) -> 5);
    Method method =
        name.endsWith("Batch")
            ? Statement.class.getMethod(name)
            : Statement.class.getMethod(name, String.class);
    rows.called(statement, method, result);
  }
}
