package dev.sluice.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TopologyTest {

  @Test
  void without_a_namespace_names_stand_alone() {
    assertThat(Topology.DEFAULT.queue("orders")).isEqualTo("orders");
    assertThat(Topology.DEFAULT.deadQueue()).isEqualTo("sluice.dead");
    assertThat(Topology.DEFAULT.unrouted()).isEqualTo("sluice.unrouted");
    assertThat(Topology.DEFAULT.delayLevel(27)).isEqualTo("sluice_delayed_27");
    assertThat(Topology.DEFAULT.delayDelivery()).isEqualTo("sluice_delayed_delivery");
  }

  @Test
  void a_namespace_prefixes_everything_of_ours_and_nothing_of_celerys() {
    Topology shop = new Topology("shop");

    assertThat(shop.queue("orders")).isEqualTo("shop.orders");
    assertThat(shop.deadQueue()).isEqualTo("shop.sluice.dead");
    assertThat(shop.delayLevel(0)).isEqualTo("shop.sluice_delayed_0");
    assertThat(Topology.controlExchange()).isEqualTo("celery.pidbox");
    assertThat(Topology.controlQueue("sluice@host")).isEqualTo("sluice@host.celery.pidbox");
  }

  @Test
  void a_queue_name_that_does_not_fit_the_ladder_is_refused() {
    assertThat(Topology.DEFAULT.queue("q".repeat(199))).hasSize(199);
    assertThatThrownBy(() -> Topology.DEFAULT.queue("q".repeat(200))).hasMessageContaining("199");
    assertThatThrownBy(() -> new Topology("a.b")).hasMessageContaining("namespace 'a.b'");
  }

  @Test
  void the_queue_named_celery_is_declared_as_celery_does() {
    assertThat(QueueSpec.of("celery").profile()).isEqualTo(QueueSpec.Profile.CELERY);
    assertThat(QueueSpec.of("orders").profile()).isEqualTo(QueueSpec.Profile.QUORUM);
  }
}
