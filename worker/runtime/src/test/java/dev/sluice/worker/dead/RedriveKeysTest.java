package dev.sluice.worker.dead;

import static dev.sluice.worker.dead.Letters.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.keys.Claim;
import dev.sluice.keys.DatabaseKeys;
import dev.sluice.keys.Generations;
import dev.sluice.keys.Holding;
import dev.sluice.keys.KeyName;
import dev.sluice.keys.KeyStore;
import dev.sluice.keys.KeyStoreUnavailable;
import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.task.TaskIds;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An exclusive task that is sent back takes its key again, or is refused. */
class RedriveKeysTest {
  private static final String ID = TaskIds.next(NOW.minusSeconds(60)).toString();
  private static final KeyName KEY = KeyName.exclusive("clicks.record", "user-7");

  private final DeadDatabase database = DeadDatabase.h2();
  private final DatabaseKeys keys = new DatabaseKeys(database.dataSource());
  private final DeadTasks deadTasks = new DeadTasks(database.dataSource(), () -> NOW);

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void a_lock_that_is_free_is_taken_again() throws Exception {
    archive(Map.of(Headers.EXCLUSIVE, "user-7"));
    assertThat(redrive(deadTasks).done()).isEqualTo(1);

    Holding holding = keys.take(KEY, claim("newcomer"));
    assertThat(holding.taskId()).isEqualTo(ID);
    assertThat(holding.confirmed()).isTrue();
    assertThat(database.outbox().get(0).message().headers())
        .containsEntry(Headers.EXCLUSIVE, "user-7");
  }

  @Test
  void while_another_task_holds_the_lock_the_redrive_is_refused_as_superseded() throws Exception {
    archive(Map.of(Headers.EXCLUSIVE, "user-7"));
    keys.take(KEY, claim("newcomer"));
    assertRefused(redrive(deadTasks), "superseded: task newcomer holds its exclusive key");

    keys.release(KEY, "newcomer");
    assertThat(redrive(deadTasks).done()).isEqualTo(1);
  }

  @Test
  void a_task_that_was_replaced_is_refused_and_the_newest_is_sent_back() throws Exception {
    long mine = raise(ID);
    archive(Map.of(Headers.EXCLUSIVE, "user-7", Headers.GENERATION, mine));
    raise("newcomer");
    assertRefused(redrive(deadTasks), "superseded: task newcomer took its place");
    assertThat(database.outbox()).isEmpty();
  }

  @Test
  void a_task_that_nothing_replaced_is_sent_back_with_its_generation() throws Exception {
    long mine = raise(ID);
    archive(Map.of(Headers.EXCLUSIVE, "user-7", Headers.GENERATION, mine));
    assertThat(redrive(deadTasks).done()).isEqualTo(1);
    assertThat(database.outbox().get(0).message().headers())
        .containsEntry(Headers.GENERATION, mine);
  }

  @Test
  void a_lock_in_another_store_is_taken_there_too() throws Exception {
    try (DeadDatabase other = DeadDatabase.h2()) {
      DatabaseKeys store = new DatabaseKeys(other.dataSource());
      archive(Map.of(Headers.EXCLUSIVE, "user-7"));
      store.take(KEY, claim("newcomer"));
      DeadTasks both = new DeadTasks(database.dataSource(), () -> NOW, store);
      assertRefused(redrive(both), "superseded: task newcomer");
      assertThat(keys.take(KEY, claim("probe")).taken()).as("not held for nothing").isTrue();

      keys.release(KEY, "probe");
      store.release(KEY, "newcomer");
      assertThat(redrive(both).done()).isEqualTo(1);
      assertThat(store.take(KEY, claim("probe")).confirmed()).isTrue();
    }
  }

  @Test
  void a_store_that_is_away_refuses_for_now() throws Exception {
    archive(Map.of(Headers.EXCLUSIVE, "user-7"));
    DeadTasks lost = new DeadTasks(database.dataSource(), () -> NOW, new Away());
    assertRefused(redrive(lost), "the store is away; try again later");
    assertThat(keys.take(KEY, claim("probe")).taken()).as("not held for nothing").isTrue();
  }

  private void archive(Map<String, Object> headers) throws SQLException {
    Message task = Letters.task(ID).withHeaders(headers);
    database.archive(NOW, Letters.dead(task, "REJECTED", "java.lang.Error", NOW));
  }

  private DeadReport redrive(DeadTasks tasks) throws SQLException {
    return tasks.redrive(List.of(tasks.list(DeadFilter.ALL, 10).get(0).id()), 10);
  }

  private long raise(String taskId) throws SQLException {
    return Transaction.run(
        database.dataSource(), connection -> Generations.raise(connection, KEY, taskId, NOW, NOW));
  }

  private static void assertRefused(DeadReport report, String why) {
    assertThat(report.done()).isZero();
    assertThat(report.refused()).singleElement().asString().contains(why);
  }

  private static Claim claim(String taskId) {
    return new Claim(taskId, new byte[0], NOW, Duration.ofHours(1));
  }

  private static final class Away implements KeyStore {

    @Override
    public Holding take(KeyName key, Claim claim) {
      throw new KeyStoreUnavailable("the store is away", new IOException("no route"));
    }

    @Override
    public void confirm(KeyName key, String taskId) {}

    @Override
    public void giveUp(KeyName key, String taskId) {}

    @Override
    public void release(KeyName key, String taskId) {}

    @Override
    public void close() {}
  }
}
