package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class GatewayCloseTest {

  @Test
  void a_request_that_is_under_way_is_finished_and_nothing_new_is_taken() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    try (Edge edge = Edge.open();
        RawHttp kept = RawHttp.connect(edge.gateway.address())) {
      kept.send("GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(kept.readHead()).startsWith("HTTP/1.1 200 ");
      kept.readBody(15);
      edge.holdNext(entered, leave);
      CompletableFuture<Answer> running =
          CompletableFuture.supplyAsync(() -> edge.post("/v1/tasks/clicks.record", "{}"));
      entered.await();

      CompletableFuture<Void> closing = CompletableFuture.runAsync(edge.gateway::close);
      await().untilAsserted(() -> assertRefused(edge));
      assertThat(kept.readToEnd()).isEmpty();
      assertThat(closing).isNotDone();
      leave.countDown();

      assertThat(running.join().status()).isEqualTo(202);
      closing.join();
    }
  }

  @Test
  void a_request_that_hangs_holds_up_the_end_until_the_deadline_alone() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    try (Edge edge = Edge.of("  shutdownDeadline: 300ms\n")) {
      edge.holdNext(entered, leave);
      CompletableFuture<Answer> running =
          CompletableFuture.supplyAsync(() -> edge.post("/v1/tasks/clicks.record", "{}"));
      entered.await();

      edge.gateway.close();

      leave.countDown();
      assertThat(running.handle((answer, failure) -> failure != null || answer.status() >= 500))
          .isCompletedWithValue(true);
    }
  }

  private static void assertRefused(Edge edge) {
    assertThatThrownBy(() -> RawHttp.connect(edge.gateway.address()).close())
        .isInstanceOf(ConnectException.class);
  }
}
