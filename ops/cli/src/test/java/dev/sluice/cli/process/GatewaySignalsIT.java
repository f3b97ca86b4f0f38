package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.QueueStats;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewaySignalsIT {
  private static final String TOKEN = "a-token-of-the-gateway-s-signals";
  private static final Pattern ADDRESS = Pattern.compile("are taken on (http://[0-9.:]+)");

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void what_is_left_at_the_end_is_said_and_published_by_the_next_process() throws Exception {
    Files.writeString(
        folder.resolve("sluice.yaml"),
        """
        gateway:
          port: 0
          shutdownDeadline: 500ms
          tokens: {test: {variable: TEST_TOKEN, tasks: ["clicks.*"]}}
        """);
    try (DevServices services = DevServices.start(ServiceOptions.of(ServiceKind.RABBIT))) {
      Map<String, String> variables = new HashMap<>();
      variables.put("SLUICE_BROKER_URL", services.rabbit().url());
      variables.put("TEST_TOKEN", TOKEN);
      services.rabbit().kill();
      try (CliProcess gateway = CliProcess.start(folder, variables, "gateway")) {
        for (int i = 0; i < 3; i++) {
          assertThat(enqueue(gateway)).isEqualTo(202);
        }
        gateway.terminate();
        gateway.awaitError("3 messages are left in the spool");
        assertThat(gateway.end()).isZero();
        assertThat(gateway.err()).doesNotContain(TOKEN);
      }

      services.rabbit().start();
      try (CliProcess next = CliProcess.start(folder, variables, "gateway");
          Broker broker = RabbitBroker.open(RabbitOptions.of(services.rabbit().url()))) {
        await()
            .atMost(Duration.ofSeconds(40))
            .ignoreExceptions()
            .until(() -> broker.stats("sluice").map(QueueStats::ready).orElse(0L) == 3);
        next.terminate();
        assertThat(next.end()).isZero();
      }
    }
  }

  private int enqueue(CliProcess gateway) throws IOException, InterruptedException {
    gateway.awaitError("are taken on");
    Matcher address = ADDRESS.matcher(gateway.err());
    assertThat(address.find()).isTrue();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address.group(1) + "/v1/tasks/clicks.record"))
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }
}
