package dev.sluice.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a known age when the management API answers something else. */
class ManagementAgesTest {
  private static final String THREE = "{\"messages\": 3, \"message_stats\": {\"ack\": 7}}";

  private HttpServer server;
  private ManagementAges ages;
  private volatile int status = 200;
  private volatile String body = THREE;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    ages = new ManagementAges(ManagementUrl.of(url, URI.create("amqp://localhost")));
    ages.oldest("clicks");
    ages.runOnce();
    ages.runOnce();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void the_age_grows_while_nothing_leaves() throws Exception {
    Duration before = age();
    ages.runOnce();
    assertThat(age()).isGreaterThan(before).isGreaterThan(Duration.ZERO);
  }

  @Test
  void an_error_of_the_api_leaves_the_last_age_standing() throws Exception {
    Duration before = age();
    for (int failing : new int[] {401, 403, 500, 503}) {
      status = failing;
      ages.runOnce();
      assertThat(age()).as("after status %d", failing).isEqualTo(before);
    }
    status = 200;
    body = "<html>a proxy</html>";
    ages.runOnce();
    assertThat(age()).isEqualTo(before);
  }

  @Test
  void an_api_that_is_gone_leaves_the_last_age_standing() throws Exception {
    Duration before = age();
    server.stop(0);
    ages.runOnce();
    assertThat(age()).isEqualTo(before);
  }

  @Test
  void after_an_outage_the_age_has_gone_on() throws Exception {
    Duration before = age();
    status = 503;
    ages.runOnce();
    status = 200;
    ages.runOnce();
    assertThat(age()).isGreaterThan(before);
  }

  @Test
  void a_queue_that_is_gone_has_no_age() throws Exception {
    status = 404;
    ages.runOnce();
    assertThat(ages.oldest("clicks")).isEmpty();
  }

  @Test
  void an_empty_queue_has_no_old_messages_even_without_any_counters() throws Exception {
    body = "{\"messages\": 0}";
    ages.runOnce();
    assertThat(age()).isEqualTo(Duration.ZERO);
  }

  private Duration age() {
    return ages.oldest("clicks").orElseThrow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    boolean known = exchange.getRequestURI().getRawPath().equals("/api/queues/%2F/clicks");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(known ? status : 418, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
