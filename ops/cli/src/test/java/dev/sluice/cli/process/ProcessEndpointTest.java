package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.CommandFailed;
import dev.sluice.settings.HttpSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessEndpointTest {
  private final Health health = new Health();
  private final ProcessMetrics metrics = new ProcessMetrics("test");
  private final ProcessEndpoint endpoint =
      ProcessEndpoint.start(new HttpSettings("127.0.0.1", 0), metrics.registry(), health);

  @AfterEach
  void close() {
    endpoint.close();
    metrics.close();
  }

  @Test
  void metrics_are_printed_for_prometheus_with_the_jvm_s_own() throws Exception {
    HttpResponse<String> answer = get("/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    assertThat(answer.body()).contains("jvm_memory_used_bytes{").contains("role=\"test\"");
  }

  @Test
  void a_process_is_ready_when_no_check_finds_anything() throws Exception {
    health.check("broker", Optional::empty);

    HttpResponse<String> answer = get("/health/ready");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualToIgnoringNewLines("{\"status\":\"up\",\"checks\":{\"broker\":\"ok\"}}");
  }

  @Test
  void what_is_wrong_is_said_and_the_process_is_not_ready_but_live() throws Exception {
    health.check("broker", () -> Optional.of("cannot reach amqp://h"));
    health.check(
        "database",
        () -> {
          throw new IOException("gone\nwith details");
        });

    HttpResponse<String> answer = get("/health/ready");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body())
        .contains("\"status\":\"down\"", "cannot reach amqp://h", "\"database\":\"gone\"");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void a_process_that_failed_for_good_is_not_live() throws Exception {
    health.failed("the worker ended");

    assertThat(get("/health/live").statusCode()).isEqualTo(503);
    assertThat(get("/health/live").body()).contains("the worker ended");
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
  }

  @Test
  void other_paths_say_what_there_is_and_other_methods_are_refused() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/").body()).contains("/metrics");
    HttpRequest post =
        HttpRequest.newBuilder(URI.create(endpoint.address() + "/metrics"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    assertThat(send(post).statusCode()).isEqualTo(405);
  }

  @Test
  void an_address_in_use_is_named() {
    int port = URI.create(endpoint.address()).getPort();

    assertThatThrownBy(
            () ->
                ProcessEndpoint.start(
                    new HttpSettings("127.0.0.1", port), metrics.registry(), health))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + port)
        .hasMessageContaining("SLUICE_HTTP_PORT");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(endpoint.address() + path)).build());
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }
}
