package dev.sluice.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class InboxKeyTest {

  @Test
  void the_bucket_is_the_day_in_the_id_whenever_the_task_arrives() {
    String lastOfTheDay = TaskIds.next(Instant.parse("1970-01-03T23:59:59.999Z")).toString();
    String firstOfTheDay = TaskIds.next(Instant.parse("1970-01-04T00:00:00Z")).toString();

    assertThat(InboxKey.of(lastOfTheDay).bucket()).isEqualTo(2);
    assertThat(InboxKey.of(firstOfTheDay).bucket()).isEqualTo(3);
    assertThat(InboxKey.of(TaskIds.child(firstOfTheDay, 1).toString()).bucket()).isEqualTo(3);
  }

  @Test
  void an_id_without_a_time_belongs_to_bucket_0() {
    assertThat(InboxKey.of(UUID.randomUUID().toString()).bucket()).isZero();
    assertThat(InboxKey.of("order-17").bucket()).isZero();
  }

  @Test
  void foreign_ids_that_differ_only_in_case_or_blanks_are_different() {
    assertThat(InboxKey.of("ORDER-a ")).isNotEqualTo(InboxKey.of("order-A"));
    assertThat(InboxKey.of("order-a")).isNotEqualTo(InboxKey.of("order-a "));
    assertThat(InboxKey.of("order-a")).isEqualTo(InboxKey.of("order-a"));
  }

  @Test
  void one_uuid_in_two_spellings_is_one_key() {
    String id = TaskIds.next(Instant.EPOCH).toString();

    assertThat(InboxKey.of(id.toUpperCase(Locale.ROOT))).isEqualTo(InboxKey.of(id));
    assertThat(InboxKey.of(id).task()).hasSize(16);
  }
}
