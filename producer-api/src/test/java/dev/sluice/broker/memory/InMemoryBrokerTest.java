package dev.sluice.broker.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerContract;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.Inbound;
import dev.sluice.broker.Route;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class InMemoryBrokerTest extends BrokerContract {

  @Override
  protected Broker open(Topology topology) {
    return InMemoryBroker.open(topology);
  }

  @Override
  protected QueueSpec.Profile profile() {
    return QueueSpec.Profile.QUORUM;
  }

  @Override
  protected void deleteQueue(String name) {
    memory().deleteQueue(name);
  }

  @Override
  protected void block() {
    memory().block();
  }

  @Override
  protected void unblock() {
    memory().unblock();
  }

  @Test
  void by_hand_a_delay_ends_when_the_clock_says_so_and_deliverDue_is_called() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T10:00:00Z"));
    try (InMemoryBroker manual = InMemoryBroker.manual(Topology.DEFAULT, now::get)) {
      QueueSpec mail = QueueSpec.of("mail");
      manual.declare(mail);
      Instant eta = now.get().plusSeconds(3600);
      manual.publish(new Route.Delayed("mail", eta), message("later")).join();
      assertThat(manual.nextDue()).hasValue(eta);
      manual.deliverDue();
      assertThat(manual.stats("mail").orElseThrow().ready()).isZero();

      now.set(eta);
      manual.deliverDue();

      Inbound in = new Inbound();
      manual.subscribe(mail, 1, in);
      assertThat(Inbound.text(in.next())).isEqualTo("later");
      assertThat(manual.nextDue()).isEmpty();
    }
  }

  @Test
  void neither_side_sees_what_the_other_does_to_its_copy() {
    broker.declare(queue);
    Message sent = message("original");
    broker.publish(new Route.ToQueue(queue.name()), sent).join();
    sent.body()[0] = 'X';
    Inbound in = new Inbound();
    broker.subscribe(queue, 1, in);
    var delivery = in.next();
    assertThat(Inbound.text(delivery)).isEqualTo("original");
    delivery.message().body()[0] = 'Y';
    delivery.giveBack();
    assertThat(Inbound.text(in.next())).isEqualTo("original");
  }

  @Test
  void a_message_whose_confirm_is_lost_is_unknown_and_may_be_stored() {
    broker.declare(queue);
    memory().loseConfirms(true);
    assertThatThrownBy(() -> publish(queue, "twice"))
        .hasCauseInstanceOf(BrokerException.Unknown.class);
    memory().loseConfirms(false);

    publish(queue, "twice");

    assertThat(ready(queue.name())).isEqualTo(2);
  }

  private InMemoryBroker memory() {
    return (InMemoryBroker) broker;
  }
}
