package dev.sluice.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.topology.QueueSpec.Profile;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderPartitionsTest {

  @Test
  void a_key_has_the_same_partition_for_ever() {
    assertThat(OrderPartitions.of("orders", "customer-7")).isEqualTo("orders.order.6");
    assertThat(OrderPartitions.of("orders", "customer-8")).isEqualTo("orders.order.4");
    assertThat(OrderPartitions.of("shop.orders", "Zoë")).isEqualTo("shop.orders.order.0");
  }

  @Test
  void keys_spread_over_all_partitions() {
    assertThat(IntStream.range(0, 200).mapToObj(i -> OrderPartitions.of("orders", "key-" + i)))
        .containsAll(OrderPartitions.all("orders"));
  }

  @Test
  void a_partition_knows_its_queue() {
    assertThat(OrderPartitions.all("a.b")).hasSize(8).contains("a.b.order.0", "a.b.order.7");
    assertThat(OrderPartitions.queueOf("a.b.order.7")).isEqualTo("a.b");
    assertThat(OrderPartitions.queueOf("a.order.8")).isNull();
    assertThat(OrderPartitions.queueOf("orders")).isNull();
    assertThat(OrderPartitions.queueOf(".order.1")).isNull();
  }

  @Test
  void a_partition_is_declared_as_its_queue_is_with_one_active_consumer() {
    assertThat(QueueSpec.of("orders.order.1").profile()).isEqualTo(Profile.ORDERED);
    assertThat(QueueSpec.of("celery.order.1").profile()).isEqualTo(Profile.ORDERED_CLASSIC);
    assertThat(OrderPartitions.spec("q.order.1", new QueueSpec("q", Profile.CLASSIC)).profile())
        .isEqualTo(Profile.ORDERED_CLASSIC);
    assertThat(
            OrderPartitions.spec("q.order.1", new QueueSpec("q", Profile.CELERY_QUORUM)).profile())
        .isEqualTo(Profile.ORDERED);
    assertThat(Profile.ORDERED.sharedWithCelery()).isFalse();
    assertThat(Profile.ORDERED.singleActiveConsumer()).isTrue();
    assertThat(Profile.QUORUM.singleActiveConsumer()).isFalse();
  }

  @Test
  void a_name_without_room_for_the_number_is_refused() {
    assertThat(OrderPartitions.of("q".repeat(191), "key")).hasSize(199);
    assertThatThrownBy(() -> OrderPartitions.of("q".repeat(192), "key"))
        .hasMessageContaining("too long for order keys")
        .hasMessageContaining("has 200");
  }
}
