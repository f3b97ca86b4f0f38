package dev.sluice.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TaskIdsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T23:59:59.999Z");

  @Test
  void a_new_id_is_a_version_7_uuid_whose_time_is_the_eta() {
    UUID id = TaskIds.next(NOW);

    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(TaskIds.time(id.toString())).isEqualTo(NOW);
    assertThat(TaskIds.next(NOW)).isNotEqualTo(id);
  }

  @Test
  void a_child_has_the_same_id_each_time_and_its_parents_time() {
    String parent = TaskIds.next(NOW).toString();

    UUID child = TaskIds.child(parent, 1);

    assertThat(child).isEqualTo(TaskIds.child(parent, 1)).isNotEqualTo(TaskIds.child(parent, 2));
    assertThat(child.version()).isEqualTo(8);
    assertThat(TaskIds.time(child.toString())).isEqualTo(NOW);
  }

  @Test
  void a_child_of_a_foreign_parent_is_a_version_5_uuid() {
    UUID ofText = TaskIds.child("order-17", 0);
    UUID ofVersion4 = TaskIds.child(UUID.randomUUID().toString(), 0);

    assertThat(ofText).isEqualTo(TaskIds.child("order-17", 0));
    assertThat(ofText.version()).isEqualTo(5);
    assertThat(ofVersion4.version()).isEqualTo(5);
    assertThat(ofText.variant()).isEqualTo(2);
  }

  @Test
  void once_in_a_window_is_one_id_with_the_windows_start_as_its_time() {
    Instant start = Instant.parse("2026-11-21T00:00:00Z");

    UUID once = TaskIds.once("orders.ship", "order-17", start);

    assertThat(once).isEqualTo(TaskIds.once("orders.ship", "order-17", start));
    assertThat(once.version()).isEqualTo(8);
    assertThat(once.variant()).isEqualTo(2);
    assertThat(TaskIds.time(once.toString())).isEqualTo(start);
    assertThat(once)
        .isNotEqualTo(TaskIds.once("orders.ship", "order-18", start))
        .isNotEqualTo(TaskIds.once("orders.shi", "porder-17", start))
        .isNotEqualTo(TaskIds.once("orders.ship", "order-17", start.plusMillis(1)));
  }

  @Test
  void only_versions_7_and_8_have_a_time() {
    assertThat(TaskIds.time(UUID.randomUUID().toString())).isNull();
    assertThat(TaskIds.time("order-17")).isNull();
  }
}
