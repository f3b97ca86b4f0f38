package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Delivery;
import dev.sluice.broker.Subscription;
import dev.sluice.cli.Cli.Ran;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnqueueCommandTest {
  @TempDir Path folder;
  private Cli cli;

  @BeforeEach
  void start() {
    cli = new Cli(folder, Map.of("SLUICE_BROKER_URL", "amqp://localhost"));
  }

  @AfterEach
  void stop() {
    cli.close();
  }

  @Test
  void prints_the_id_of_a_task_that_is_on_the_broker() {
    Ran ran =
        cli.run(
            "enqueue",
            "clicks.record",
            "--kwargs",
            "{\"user\": 7}",
            "--queue",
            "clicks",
            "--priority",
            "3",
            "--version",
            "2");

    assertThat(ran.status()).isZero();
    Message message = received("clicks", 1).get(0);
    assertThat(message.headers())
        .containsEntry("task", "clicks.record")
        .containsEntry("id", ran.out().strip());
    assertThat(String.valueOf(message.headers().get("sluice-version"))).isEqualTo("2");
    assertThat(message.priority()).isEqualTo(3);
    assertThat(new String(message.body(), StandardCharsets.UTF_8)).contains("{\"user\":7}");
  }

  @Test
  void a_task_that_the_settings_describe_goes_to_its_queue() throws IOException {
    Files.writeString(
        folder.resolve("sluice.yaml"),
        "tasks: {clicks.record: {queue: clicks, statement: DELETE FROM t WHERE id = 1}}");

    assertThat(cli.run("enqueue", "clicks.record").status()).isZero();
    assertThat(received("clicks", 1)).hasSize(1);
  }

  @Test
  void enqueues_as_many_as_asked_and_prints_json_alone() {
    Ran ran = cli.run("enqueue", "a.task", "--count", "3", "--json");

    assertThat(ran.out().lines()).hasSize(3).allMatch(l -> l.matches("\\{\"task_id\":\".{36}\"}"));
    assertThat(received("sluice", 3)).hasSize(3);
  }

  @Test
  void a_task_can_be_repeated_with_its_id() {
    assertThat(cli.run("enqueue", "a.task", "--id", "order-7").out().strip()).isEqualTo("order-7");
  }

  @Test
  void an_id_that_is_older_than_the_inbox_is_refused() {
    Ran ran = cli.run("enqueue", "a.task", "--id", "0193a000-0000-7000-8000-000000000001");

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).contains("0193a000-0000-7000-8000-000000000001 would start at");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --kwargs [1]              | --kwargs must be a JSON object
          --kwargs {oops            | --kwargs is no JSON
          --count 0                 | --count must be at least 1, is 0
          --count 2 --id x          | --id names one task
          --delay soon              | write a whole number and ms, s, m, h or d, such as 30s
          --expires later           | write a whole number and ms, s, m, h or d, such as 30s
          --priority 11             | priority must be 0 to 9, is 11
          --delay 5s --eta 2030-01-01T00:00:00Z | give either delay or eta, not both
          """)
  void wrong_options_are_wrong_usage(String options, String reason) {
    List<String> arguments = new ArrayList<>(List.of("enqueue", "a.task"));
    arguments.addAll(List.of(options.split(" ")));

    Ran ran = cli.run(arguments.toArray(String[]::new));

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).contains(reason);
  }

  private List<Message> received(String queue, int count) {
    BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    Subscription subscription =
        cli.broker.subscribe(QueueSpec.of(queue), 10, (Delivery d) -> messages.add(d.message()));
    await().until(() -> messages.size() == count);
    subscription.close();
    return List.copyOf(messages);
  }
}
