package dev.sluice.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.spool.SpoolException;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.spool.SpoolOptions.WhenFull;
import dev.sluice.spool.SpoolView;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A producer whose tasks go through a local spool. */
class SpoolingProducerTest {
  record Click(String page) {}

  private static final TaskType<Click> CLICK =
      TaskType.of("clicks.record", Click.class).queue("clicks");
  private static final BrokerException AWAY = new BrokerException.Unavailable("away", null);

  @TempDir Path folder;
  private final ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);

  @Test
  void what_is_enqueued_reaches_the_broker_in_order() {
    List<String> ids = new ArrayList<>();
    try (Producer producer = open(spool())) {
      for (int i = 0; i < 100; i++) {
        ids.add(producer.enqueue(CLICK, new Click("/" + i)).taskId());
      }
      await().until(() -> broker.sent().size() == 100);
    }
    assertThat(broker.sentIds()).isEqualTo(ids);
    assertThat(broker.declared()).hasSize(1);
  }

  @Test
  void an_enqueue_returns_while_the_broker_is_away_and_the_task_leaves_once_it_is_back() {
    away(true);
    try (Producer producer = open(spool())) {
      String id = producer.enqueue(CLICK, new Click("/")).taskId();
      assertThat(producer.enqueueAsync(CLICK, new Click("/"))).isCompleted();
      away(false);
      await().untilAsserted(() -> assertThat(broker.sentIds()).contains(id));
    }
  }

  @Test
  void after_a_rest_the_first_task_leaves_at_once() {
    try (Producer producer = open(spool())) {
      for (int i = 0; i < 5; i++) {
        int sent = i + 1;
        String id = producer.enqueue(CLICK, new Click("/")).taskId();
        await().atMost(Duration.ofMillis(900)).until(() -> broker.sent().size() == sent);
        assertThat(broker.sentIds()).endsWith(id);
      }
    }
  }

  @Test
  void what_a_close_cannot_flush_in_time_stays_for_the_next_process() throws Exception {
    away(true);
    String id;
    try (Producer producer =
        Producer.open(
            broker, ProducerOptions.DEFAULTS.spool(spool()).flushTimeout(Duration.ofMillis(50)))) {
      id = producer.enqueue(CLICK, new Click("/")).taskId();
    }
    assertThat(new SpoolView(folder).waiting()).isEqualTo(1);
    away(false);
    broker.sent().clear();
    try (Producer next = open(spool())) {
      assertThat(next).isNotNull();
      await().untilAsserted(() -> assertThat(broker.sentIds()).containsExactly(id));
    }
  }

  @Test
  void without_a_broker_another_process_relays() throws Exception {
    ProducerOptions options = ProducerOptions.DEFAULTS.spool(spool());
    try (Producer producer = Producer.open(new Topology("shop"), options)) {
      producer.enqueue(CLICK, new Click("/"));
    }
    assertThat(new SpoolView(folder).waiting()).isEqualTo(1);
    try (Producer relaying = open(spool())) {
      assertThat(relaying).isNotNull();
      await().until(() -> broker.sent().size() == 1);
      assertThat(broker.declared().get(0).name()).isEqualTo("shop.clicks");
    }
  }

  @Test
  void without_a_broker_there_must_be_a_spool() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Producer.open(Topology.DEFAULT, ProducerOptions.DEFAULTS))
        .withMessageContaining("needs a spool");
  }

  @Test
  void a_full_spool_says_so_and_the_task_is_not_stored() throws Exception {
    away(true);
    SpoolOptions small = spool().limits(4096, 1024).whenFull(WhenFull.REJECT);
    try (Producer producer = open(small)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  producer.enqueue(CLICK, new Click("/"));
                }
              })
          .isInstanceOf(SpoolFull.class)
          .hasMessageContaining("clicks.record")
          .hasMessageContaining(folder.toString());
      assertThat(new SpoolView(folder).waiting()).isBetween(5L, 30L);
    }
  }

  @Test
  void of_many_tasks_those_that_found_no_room_are_named() {
    away(true);
    SpoolOptions small = spool().limits(4096, 1024).whenFull(WhenFull.REJECT);
    List<EnqueueRequest<Click>> requests = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      requests.add(EnqueueRequest.of(CLICK, new Click("/")));
    }
    try (Producer producer = open(small)) {
      assertThatThrownBy(() -> producer.enqueueAll(requests))
          .isInstanceOfSatisfying(
              EnqueueIncomplete.class,
              incomplete -> {
                assertThat(incomplete.accepted()).isNotEmpty();
                assertThat(incomplete.failed().values())
                    .hasSize(100 - incomplete.accepted().size())
                    .allMatch(cause -> cause instanceof SpoolFull);
              });
    }
  }

  @Test
  void a_folder_that_another_producer_writes_is_refused() {
    try (Producer producer = open(spool())) {
      assertThatThrownBy(() -> open(spool()))
          .isInstanceOf(SpoolException.class)
          .hasMessageContaining("writer.lock");
      producer.enqueue(CLICK, new Click("/"));
    }
  }

  private Producer open(SpoolOptions spool) {
    return Producer.open(
        broker, ProducerOptions.DEFAULTS.spool(spool).flushTimeout(Duration.ofMillis(50)));
  }

  private SpoolOptions spool() {
    return SpoolOptions.of(folder);
  }

  private void away(boolean away) {
    broker.answer(
        away ? (route, message) -> CompletableFuture.failedFuture(AWAY) : ScriptedBroker.CONFIRM);
  }

  @Test
  void closing_a_producer_twice_leaves_the_next_one_s_spool_alone() {
    Producer first = open(spool());
    first.close();
    try (Producer next = open(spool())) {
      first.close();
      assertThatThrownBy(() -> open(spool()))
          .isInstanceOf(SpoolException.class)
          .hasMessageContaining("writer.lock");
      next.enqueue(CLICK, new Click("/"));
      await().until(() -> broker.sent().size() == 1);
    }
  }
}
