package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.DeclaredQueues;
import dev.sluice.broker.Route;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettlerTest {
  private static final Message COPY =
      new Message("application/json", "utf-8", 0, "id", null, Map.of(), new byte[] {1});
  private static final Settlement RETRIED =
      new Settlement.Retried(
          new Settlement.Copy(new Route.Delayed("notes", Instant.EPOCH), COPY),
          Instant.EPOCH,
          new IllegalStateException("why"));

  private final ScriptedBroker broker = new ScriptedBroker();
  private final RecordedDelivery delivery = new RecordedDelivery(0);

  @Test
  void a_completed_task_is_acknowledged_and_nothing_is_published() {
    settler(Duration.ofMinutes(1)).settle(delivery, new Settlement.Completed(null, List.of()));

    assertThat(broker.published).isEmpty();
    assertThat(delivery.acks).isEqualTo(1);
    assertThat(delivery.returns).isZero();
  }

  @Test
  void the_copy_is_confirmed_before_the_original_is_acknowledged() {
    broker.failures.add(new BrokerException.Unknown("no confirm came", null));
    broker.failures.add(new BrokerException.Unavailable("the broker is away", null));

    Settlement done = settler(Duration.ofMinutes(1)).settle(delivery, RETRIED);

    assertThat(done).isSameAs(RETRIED);
    assertThat(broker.messages).hasSize(3).containsOnly(COPY);
    assertThat(delivery.acks).isEqualTo(1);
  }

  @Test
  void a_copy_that_is_not_confirmed_for_long_gives_the_original_back_once() {
    for (int i = 0; i < 1_000; i++) {
      broker.failures.add(new BrokerException.Unknown("no confirm came", null));
    }

    Settlement done = settler(Duration.ofMillis(200)).settle(delivery, RETRIED);

    assertThat(done).isInstanceOf(Settlement.GivenBack.class);
    assertThat(delivery.acks).isZero();
    assertThat(delivery.returns).isEqualTo(1);
    assertThat(broker.published).hasSizeGreaterThan(1);
  }

  @Test
  void a_task_that_the_broker_has_taken_back_is_not_copied() {
    delivery.open = false;

    Settlement done = settler(Duration.ofMinutes(1)).settle(delivery, RETRIED);

    assertThat(done).isInstanceOf(Settlement.GivenBack.class);
    assertThat(broker.published).isEmpty();
    assertThat(delivery.acks).isZero();
    assertThat(delivery.returns).as("whoever counts deliveries counts it off").isEqualTo(1);
  }

  @Test
  void follow_ups_are_not_fought_for_once_the_broker_has_taken_their_parent_back() {
    broker.failures.add(new BrokerException.Unavailable("the broker is away", null));
    delivery.open = false;
    Settlement.Copy followUp = new Settlement.Copy(new Route.ToQueue("a"), COPY);

    Settlement done =
        settler(Duration.ofMinutes(1))
            .settle(delivery, new Settlement.Completed(null, List.of(followUp)));

    assertThat(done).isInstanceOf(Settlement.GivenBack.class);
    assertThat(broker.published).hasSize(1);
    assertThat(delivery.acks).isZero();
  }

  @Test
  void of_many_copies_only_those_that_are_not_confirmed_are_published_again() {
    broker.failures.add(new BrokerException.Unknown("no confirm came", null));
    Settlement.Copy one = new Settlement.Copy(new Route.ToQueue("a"), COPY);
    Settlement.Copy two = new Settlement.Copy(new Route.ToQueue("b"), COPY);

    settler(Duration.ofMinutes(1))
        .settle(delivery, new Settlement.Completed(null, List.of(one, two)));

    assertThat(broker.published).containsExactly(one.route(), two.route(), one.route());
    assertThat(broker.declared).containsExactly("a", "b");
    assertThat(delivery.acks).isEqualTo(1);
  }

  @Test
  void a_queue_that_went_missing_is_declared_again() {
    broker.failures.add(new BrokerException.Unroutable("no such queue"));
    Settlement.Copy copy = new Settlement.Copy(new Route.ToQueue("a"), COPY);

    settler(Duration.ofMinutes(1)).settle(delivery, new Settlement.Completed(null, List.of(copy)));

    assertThat(broker.declared).containsExactly("a", "a");
    assertThat(delivery.acks).isEqualTo(1);
  }

  @Test
  void giving_back_is_a_plain_return_while_the_brokers_count_is_low() {
    RecordedDelivery seventh = new RecordedDelivery(7);

    settler(Duration.ofMinutes(1)).settle(seventh, new Settlement.GivenBack("stop"));

    assertThat(seventh.returns).isEqualTo(1);
    assertThat(broker.published).isEmpty();
  }

  @Test
  void from_the_eighth_hand_over_on_a_confirmed_copy_starts_the_brokers_count_anew() {
    RecordedDelivery eighth = new RecordedDelivery(8);

    settler(Duration.ofMinutes(1)).settle(eighth, new Settlement.GivenBack("stop"));

    assertThat(broker.published).containsExactly(new Route.ToQueue("notes"));
    assertThat(broker.messages.get(0).headers()).isEmpty();
    assertThat(eighth.acks).isEqualTo(1);
    assertThat(eighth.returns).isZero();
  }

  @Test
  void a_copy_that_cannot_start_the_count_anew_leaves_a_plain_return() {
    broker.failures.add(new BrokerException.Unavailable("the broker is away", null));
    RecordedDelivery eighth = new RecordedDelivery(8);

    settler(Duration.ofMinutes(1)).settle(eighth, new Settlement.GivenBack("stop"));

    assertThat(eighth.acks).isZero();
    assertThat(eighth.returns).isEqualTo(1);
  }

  private Settler settler(Duration patience) {
    // The smallest number there is: pauses are half as long as they may be.
    return new Settler(
        new CopyPublisher(broker, new DeclaredQueues(broker, QueueSpec::of), patience, () -> 0), 8);
  }
}
