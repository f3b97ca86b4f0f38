package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.topology.QueueSpec.Profile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
  @TempDir Path folder;

  @Test
  void the_example_is_valid_and_says_what_it_shows() throws URISyntaxException {
    URL example = Objects.requireNonNull(SluiceSettings.class.getResource("sluice.example.yaml"));
    SluiceSettings settings = SluiceSettings.load(Path.of(example.toURI()), Map.of());

    assertThat(settings.broker().url().orElseThrow().reveal())
        .isEqualTo("amqp://sluice:secret@localhost:5672/%2f");
    assertThat(settings.worker().queues().get("clicks"))
        .isEqualTo(
            new QueueSettings(
                Optional.of(16), Optional.of(64), 1, Optional.empty(), Optional.empty(), true));
    assertThat(settings.worker().limits().get("mails.send"))
        .isEqualTo(
            new TaskLimitSettings(
                Optional.of(8),
                Optional.of("100/m"),
                new LimitSettings(Optional.of(20), Optional.of("50/s")),
                new LimitSettings(Optional.of(1), Optional.of("10/s"))));
    assertThat(settings.worker().queues().get("celery").profile()).contains(Profile.CELERY);
    JobSettings report = settings.scheduler().jobs().get("nightly-report");
    assertThat(report.args().orElseThrow().get("format").stringValue()).isEqualTo("pdf");
    assertThat(report)
        .isEqualTo(
            new JobSettings(
                Optional.of("reports.nightly"),
                Optional.empty(),
                Optional.of("maintenance"),
                report.args(),
                Optional.of("30 3 * * *"),
                Optional.empty(),
                Optional.of("Europe/Berlin"),
                Optional.of("skip"),
                Optional.of(Duration.ofMinutes(10)),
                Optional.of("skip"),
                Optional.of(Duration.ofHours(2)),
                Optional.of(true)));
    assertThat(settings.scheduler().jobs().get("heartbeat").every())
        .contains(Duration.ofMinutes(5));
    assertThat(settings.scheduler().jobs().get("heartbeat").args()).isEmpty();
    assertThat(settings.scheduler().jobs().get("heartbeat").enabled()).isEmpty();
    assertThat(settings.scheduler().jobs().get("redrive-mails").builtin())
        .contains("sluice.redrive_transient");
    assertThat(settings.gateway().tokens().get("shop").tasks()).containsExactly("clicks.*");
    assertThat(settings.gateway().tokens().get("billing").variable()).contains("BILLING_TOKEN");
    assertThat(settings.gateway().tasks().get("invoices.create"))
        .isEqualTo(new GatewaySettings.Task("invoices", 2));
    assertThat(settings.producer().queues().get("clicks"))
        .isEqualTo(new ProducerSettings.Limits(1_000_000, Optional.empty()));
    assertThat(settings.databases().get("archive").url().orElseThrow().reveal())
        .isEqualTo("jdbc:mysql://archive:3306/archive");
    assertThat(settings.tasks().get("page.seen").statement())
        .endsWith("ON DUPLICATE KEY UPDATE views = views + VALUES(views)\n");
    assertThat(settings.tasks().get("page.seen").parameters().keySet())
        .containsExactly("page", "day", "views");
    assertThat(settings.tasks().get("page.seen").parameters().get("views").otherwise())
        .hasValueSatisfying(value -> assertThat(value.intValue()).isEqualTo(1));
    assertThat(settings.tasks().get("page.seen").parameters().get("page"))
        .isEqualTo(
            new SqlTaskSettings.Parameter(
                SqlTaskSettings.Type.STRING, Optional.empty(), true, false, Optional.empty()));
    assertThat(settings.tasks().get("profile.rename").guard()).contains("version");
    assertThat(settings.modules()).containsEntry("clicks.table", "clicks");
  }

  @Test
  void a_limit_that_is_not_named_is_none() throws IOException {
    SluiceSettings settings =
        load("worker: {limits: {a: {rate: 0.5/s}, b: {shared: {concurrency: 3}}}}");

    assertThat(settings.worker().limits().get("a").perKey().none()).isTrue();
    assertThat(settings.worker().limits().get("b").worker().none()).isTrue();
    assertThat(settings.worker().limits().get("b").shared().rate()).isEmpty();
  }

  @Test
  void the_gateway_knows_the_queues_of_sql_tasks() throws IOException {
    String sql = "tasks: {a: {queue: q, statement: x}, b: {queue: r, statement: x}}\n";
    SluiceSettings any = load(sql);
    SluiceSettings some = load(sql + "gateway: {tasks: {b: {queue: own}, c.*: {}}}");

    assertThat(any.gateway().knowing(any.tasks()).tasks())
        .isEqualTo(
            Map.of(
                "*", new GatewaySettings.Task("sluice", 1),
                "a", new GatewaySettings.Task("q", 1),
                "b", new GatewaySettings.Task("r", 1)));
    assertThat(some.gateway().knowing(some.tasks()).tasks())
        .isEqualTo(
            Map.of(
                "a", new GatewaySettings.Task("q", 1),
                "b", new GatewaySettings.Task("own", 1),
                "c.*", new GatewaySettings.Task("sluice", 1)));
  }

  @Test
  void queues_keep_the_order_of_the_file() throws IOException {
    SluiceSettings settings = load("worker: {queues: {z: {}, a: {}, m: {concurrency: 3}}}");

    assertThat(settings.worker().queues().keySet()).containsExactly("z", "a", "m");
  }

  @Test
  void chosen_queues_keep_what_is_configured_for_them() throws IOException {
    WorkerSettings worker =
        load("worker: {queues: {a: {concurrency: 3, profile: classic}, b: {}}}").worker();

    assertThat(worker.consuming(List.of("c", "a")).queues().keySet()).containsExactly("c", "a");
    assertThat(worker.consuming(List.of("a")).queues().get("a").concurrency()).contains(3);
    QueueSettings overridden = worker.concurrency(5).queues().get("a");
    assertThat(overridden.concurrency()).isEmpty();
    assertThat(overridden.profile()).contains(Profile.CLASSIC);
  }

  @Test
  void an_empty_file_and_an_empty_section_mean_defaults() throws IOException {
    assertThat(load("")).isEqualTo(SluiceSettings.defaults());
    assertThat(load("worker:\nhttp:\n  port:\n")).isEqualTo(SluiceSettings.defaults());
    assertThat(load("worker:\n  queues:\n    a:\n").worker().queues())
        .isEqualTo(Map.of("a", QueueSettings.DEFAULTS));
  }

  @Test
  void a_file_that_is_no_yaml_is_refused_with_the_place_and_without_its_text() throws IOException {
    Path file = write("broker:\n  url: [amqp://u:topsecret@h\n  namespace: x: y\n");

    assertThatThrownBy(() -> SluiceSettings.load(file, Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("line ")
        .hasMessageNotContaining("topsecret");
  }

  @Test
  void a_key_given_twice_is_refused() throws IOException {
    Path file = write("http: {port: 1}\nhttp: {port: 2}\n");

    assertThatThrownBy(() -> SluiceSettings.load(file, Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("http");
  }

  @Test
  void a_missing_file_is_named() {
    Path file = folder.resolve("none.yaml");

    assertThatThrownBy(() -> SluiceSettings.load(file, Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessage(file + ": there is no such file");
  }

  private SluiceSettings load(String yaml) throws IOException {
    return SluiceSettings.load(write(yaml), Map.of());
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("sluice.yaml"), yaml);
  }
}
