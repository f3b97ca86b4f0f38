package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EndedFiringsTest {
  private static final String ENTRIES =
      "SELECT ENTRY_ID FROM SLUICE_QRTZ_FIRED_TRIGGERS ORDER BY ENTRY_ID";

  private final TestDatabase tables = TestDatabase.h2();
  private final EndedFirings ended =
      new EndedFirings(tables.database().dataSource()::getConnection);

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void the_row_of_a_firing_that_ended_is_deleted_and_no_other() {
    claimed(3);
    ended.add("entry2");
    assertThat(tables.query(ENTRIES)).containsExactly("entry1", "entry3");
  }

  @Test
  void of_firings_that_end_at_once_on_many_threads_no_row_stays() throws Exception {
    claimed(1000);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> ends = new ArrayList<>();
      for (int i = 1; i <= 1000; i++) {
        String entry = "entry" + i;
        ends.add(
            () -> {
              ended.add(entry);
              return true;
            });
      }
      for (Future<Boolean> end : threads.invokeAll(ends)) {
        end.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(tables.query(ENTRIES)).isEmpty();
  }

  @Test
  void what_ends_while_the_database_refuses_is_deleted_with_the_next() {
    claimed(2);
    tables.update("ALTER TABLE SLUICE_QRTZ_FIRED_TRIGGERS RENAME TO elsewhere");
    ended.add("entry1");
    tables.update("ALTER TABLE elsewhere RENAME TO SLUICE_QRTZ_FIRED_TRIGGERS");
    assertThat(tables.query(ENTRIES)).containsExactly("entry1", "entry2");

    ended.add("entry2");
    assertThat(tables.query(ENTRIES)).isEmpty();
  }

  private void claimed(int count) {
    IntStream.rangeClosed(1, count)
        .forEach(
            i ->
                tables.update(
                    "INSERT INTO SLUICE_QRTZ_FIRED_TRIGGERS (SCHED_NAME, ENTRY_ID, TRIGGER_NAME,"
                        + " TRIGGER_GROUP, INSTANCE_NAME, FIRED_TIME, SCHED_TIME, PRIORITY, STATE)"
                        + " VALUES (?, ?, 'tick', 'configured', 'me', 1, 1, 5, 'EXECUTING')",
                    QuartzFactory.NAME,
                    "entry" + i));
  }
}
