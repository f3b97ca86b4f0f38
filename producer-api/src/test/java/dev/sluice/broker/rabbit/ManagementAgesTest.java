package dev.sluice.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is made of the answers of a management API, good and bad. */
class ManagementAgesTest {
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private volatile int status = 200;
  private volatile String body = "{}";
  private ManagementAges ages;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestURI().getRawPath()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    String url = "http://me:pass%2Fword@127.0.0.1:" + server.getAddress().getPort();
    ages = new ManagementAges(ManagementUrl.of(url, URI.create("amqp://other:x@host/shop%2f1")));
    assertThat(ages.oldest("or ders/1")).as("not asked yet").isEmpty();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void the_queue_of_its_virtual_host_is_asked_for_as_the_user_of_the_url() throws Exception {
    ages.runOnce();
    // base64 of me:pass/word
    assertThat(asked).containsExactly("/api/queues/shop%2F1/or%20ders%2F1 Basic bWU6cGFzcy93b3Jk");
  }

  @Test
  void an_empty_queue_has_no_age_to_speak_of() throws Exception {
    body = "{\"messages_ready\": 0}";
    ages.runOnce();
    assertThat(ages.oldest("or ders/1")).contains(Duration.ZERO);
  }

  @Test
  void the_age_is_that_of_what_waits_not_of_what_a_worker_holds() throws Exception {
    // Five waited at first; all of them are handed over by now, one of them twice.
    look(5, 0, 0);
    long start = System.nanoTime();
    look(5, 6, 1);
    long atMost = System.nanoTime() - start;
    assertThat(ages.oldest("or ders/1").orElseThrow().toNanos()).isLessThanOrEqualTo(atMost);
  }

  @Test
  void what_still_waits_grows_older() throws Exception {
    look(5, 0, 0);
    look(4, 1, 0);
    Duration before = ages.oldest("or ders/1").orElseThrow();
    look(3, 2, 0);
    assertThat(ages.oldest("or ders/1").orElseThrow()).isGreaterThan(before);
  }

  @Test
  void nothing_is_known_of_a_queue_that_is_not_counted_yet_or_is_not_there() throws Exception {
    look(5, 0, 0);
    body = "{\"name\": \"or ders/1\"}";
    ages.runOnce();
    assertThat(ages.oldest("or ders/1")).isEmpty();
    look(5, 0, 0);
    status = 404;
    ages.runOnce();
    assertThat(ages.oldest("or ders/1")).isEmpty();
  }

  @Test
  void a_refusal_or_nonsense_is_no_age_and_no_error() throws Exception {
    look(5, 0, 0);
    status = 401;
    body = "{\"error\": \"not_authorised\", \"reason\": \"Login failed\"}";
    ages.runOnce();
    assertThat(ages.oldest("or ders/1")).isEmpty();
    status = 200;
    body = "<html>";
    ages.runOnce();
    assertThat(ages.oldest("or ders/1")).isEmpty();
    server.stop(0);
    ages.runOnce();
    assertThat(ages.oldest("or ders/1")).isEmpty();
  }

  @Test
  void a_url_that_cannot_be_is_refused_without_its_text() {
    URI amqp = URI.create("amqp://localhost");
    for (String wrong : List.of("ftp://u:secret@host", "host:15672", "http://u:sec ret@host")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ManagementUrl.of(wrong, amqp))
          .withMessageContaining("http://user:password@host:15672")
          .withMessageNotContaining("sec");
    }
    assertThat(ManagementUrl.of("http://u:secret@host:15672/", amqp))
        .hasToString("http://host:15672");
  }

  private void look(long waiting, long delivered, long redelivered) throws InterruptedException {
    status = 200;
    body =
        "{\"messages_ready\": %d, \"message_stats\": {\"deliver_get\": %d, \"redeliver\": %d}}"
            .formatted(waiting, delivered, redelivered);
    ages.runOnce();
  }
}
