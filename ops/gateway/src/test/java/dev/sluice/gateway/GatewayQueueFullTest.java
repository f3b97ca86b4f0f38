package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.producer.Producer;
import dev.sluice.producer.QueueLimits;
import org.junit.jupiter.api.Test;

class GatewayQueueFullTest {

  @Test
  void tasks_for_a_full_queue_are_503_until_there_is_room_and_others_are_taken() {
    try (Edge edge =
        Edge.opening(
            (broker, options) ->
                Producer.open(broker, options.limit("clicks", QueueLimits.maxWaiting(2))))) {
      String full = "/v1/tasks/clicks.record?queue=clicks";
      assertThat(edge.post(full, "{}").status()).isEqualTo(202);
      assertThat(edge.post(full, "{}").status()).isEqualTo(202);
      await().until(() -> edge.post(full, "{}").status() == 503);

      Answer answer = edge.post(full, "{}");
      assertThat(answer.problem()).isEqualTo("queue-full");
      assertThat(Integer.parseInt(answer.header("Retry-After").orElse("0"))).isPositive();
      Answer batch =
          edge.post(
              "/v1/tasks",
              "[{\"name\": \"clicks.a\", \"queue\": \"clicks\"}, {\"name\": \"clicks.b\"}]");
      assertThat(batch.json().at("/items/0/status").intValue()).isEqualTo(503);
      assertThat(batch.json().at("/items/0/problem/retry_after").intValue()).isPositive();
      assertThat(batch.json().at("/items/1/status").intValue()).isEqualTo(202);

      edge.broker.purge("clicks");
      await().until(() -> edge.post(full, "{}").status() == 202);
    }
  }
}
