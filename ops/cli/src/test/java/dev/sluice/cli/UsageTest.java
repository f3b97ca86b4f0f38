package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageTest {
  @TempDir Path folder;
  private Cli cli;

  @BeforeEach
  void start() {
    cli = new Cli(folder, Map.of());
  }

  @AfterEach
  void stop() {
    cli.close();
  }

  @Test
  void every_subcommand_explains_itself() {
    Set<String> commands =
        new Main(Map.of(), folder, new NamedServers()).commandLine().getSubcommands().keySet();

    assertThat(commands)
        .contains(
            "demo",
            "up",
            "down",
            "status",
            "worker",
            "scheduler",
            "schedule",
            "enqueue",
            "queues",
            "dead",
            "outbox",
            "test");
    for (String command : commands) {
      Ran ran = cli.run(command, "--help");
      assertThat(ran.status()).as(command).isZero();
      assertThat(ran.out()).as(command).contains("Usage: sluice " + command);
    }
  }

  @Test
  void no_command_and_an_unknown_one_are_wrong_usage() {
    assertThat(cli.run().status()).isEqualTo(2);
    assertThat(cli.run().err()).contains("Missing required subcommand", "Usage: sluice");
    Ran unknown = cli.run("enqeue");
    assertThat(unknown.status()).isEqualTo(2);
    assertThat(unknown.err()).contains("sluice enqueue");
  }

  @Test
  void without_a_broker_the_next_step_is_said() {
    Ran ran = cli.run("queues");

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .isEqualTo(
            "sluice: no broker is named: set broker.url in sluice.yaml or SLUICE_BROKER_URL, or"
                + " start one with `sluice up`"
                + System.lineSeparator());
  }

  @Test
  void wrong_settings_are_wrong_usage() throws IOException {
    Files.writeString(folder.resolve("sluice.yaml"), "broker: {ulr: x}");

    Ran ran = cli.run("queues");

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).contains("broker.ulr: unknown key; did you mean url?");
  }

  @Test
  void the_stack_is_printed_with_verbose_alone() {
    assertThat(cli.run("queues").err()).doesNotContain("\tat ");
    assertThat(cli.run("queues", "--verbose").err()).contains("\tat dev.sluice");
  }

  @Test
  void the_servers_of_up_are_used_when_none_is_named() throws IOException {
    Path env = Files.createDirectory(folder.resolve(".sluice")).resolve("env");
    Files.writeString(env, "SLUICE_BROKER_URL=amqp://u:hidden@localhost:5/\n");

    Ran ran = cli.run("queues");

    assertThat(ran.status()).isZero();
    assertThat(ran.err())
        .contains("servers of " + env)
        .contains("broker amqp://u:***@localhost:5/")
        .doesNotContain("hidden");
  }

  @Test
  void the_servers_of_up_are_left_alone_when_one_is_named() throws IOException {
    Path env = Files.createDirectory(folder.resolve(".sluice")).resolve("env");
    Files.writeString(env, "SLUICE_BROKER_URL=amqp://localhost:5/\n");
    Files.writeString(folder.resolve("sluice.yaml"), "redis: {url: 'redis://elsewhere'}");

    assertThat(cli.run("queues").err()).contains("no broker is named");
  }
}
