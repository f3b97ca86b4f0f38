package dev.sluice.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.broker.Route;
import dev.sluice.message.Headers;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class MessageFactoryTest {
  private static final Instant NOW = Instant.parse("2026-11-21T02:05:00.635Z");

  record Click(long user, String page) {}

  private static final TaskType<Click> CLICK =
      TaskType.of("clicks.record", Click.class).queue("clicks").version(2).priority(3);

  private final MessageFactory factory =
      new MessageFactory(new Topology("shop"), "7@host", 1000, () -> NOW);

  @Test
  void a_task_carries_what_its_type_says() throws Exception {
    NewTask task = create(CLICK, EnqueueOptions.DEFAULTS);
    TaskMessage message = MessageCodec.decode(task.message());
    assertThat(task.queue()).isEqualTo("shop.clicks");
    assertThat(task.route()).isEqualTo(new Route.ToQueue("shop.clicks"));
    assertThat(message.task()).isEqualTo("clicks.record");
    assertThat(message.version()).isEqualTo(2);
    assertThat(message.priority()).isEqualTo(3);
    assertThat(message.ignoreResult()).isTrue();
    assertThat(message.rootId()).isEqualTo(task.taskId());
    assertThat(message.parentId()).isNull();
    assertThat(message.eta()).isNull();
    assertThat(message.expires()).isNull();
    assertThat(message.headers()).containsEntry(Headers.ORIGIN, "7@host");
    assertThat(new PayloadCodec().parse(message).kwargs().toString())
        .isEqualTo("{\"user\":5,\"page\":\"home\"}");
  }

  @Test
  void the_time_in_the_id_is_the_eta() {
    Instant eta = NOW.plus(Duration.ofDays(3));
    NewTask task = create(CLICK, EnqueueOptions.DEFAULTS.delay(Duration.ofDays(3)));
    assertThat(TaskIds.time(task.taskId())).isEqualTo(eta);
    assertThat(task.route()).isEqualTo(new Route.Delayed("shop.clicks", eta));
    assertThat(TaskIds.time(create(CLICK, EnqueueOptions.DEFAULTS).taskId())).isEqualTo(NOW);
  }

  @Test
  void an_eta_that_has_passed_is_no_delay_and_does_not_age_the_id() {
    NewTask task = create(CLICK, EnqueueOptions.DEFAULTS.eta(NOW.minus(Duration.ofDays(90))));
    assertThat(task.routed().eta()).isNull();
    assertThat(TaskIds.time(task.taskId())).isEqualTo(NOW);
  }

  @Test
  void the_type_s_expiry_counts_from_the_eta() throws Exception {
    TaskType<Click> type = CLICK.expiry(Duration.ofMinutes(1));
    assertThat(expires(type, EnqueueOptions.DEFAULTS)).isEqualTo(NOW.plusSeconds(60));
    assertThat(expires(type, EnqueueOptions.DEFAULTS.delay(Duration.ofHours(1))))
        .isEqualTo(NOW.plusSeconds(3660));
    assertThat(expires(type, EnqueueOptions.DEFAULTS.expires(NOW.plusSeconds(5))))
        .isEqualTo(NOW.plusSeconds(5));
  }

  @Test
  void a_follow_up_belongs_to_its_parent_s_tree_and_has_the_same_id_every_time() throws Exception {
    String parent = TaskIds.next(NOW.minusSeconds(60)).toString();
    Parent third = new Parent(parent, "root", 3);
    NewTask task = factory.create(CLICK, new Click(5, "home"), EnqueueOptions.DEFAULTS, third);
    NewTask again = factory.create(CLICK, new Click(5, "home"), EnqueueOptions.DEFAULTS, third);
    TaskMessage message = MessageCodec.decode(task.message());
    assertThat(message.rootId()).isEqualTo("root");
    assertThat(message.parentId()).isEqualTo(parent);
    assertThat(task.taskId()).isEqualTo(again.taskId()).isNotEqualTo(parent);
  }

  @Test
  void an_id_that_the_inbox_will_have_forgotten_at_the_eta_is_refused() {
    String old = TaskIds.next(NOW.minus(Duration.ofDays(20))).toString();
    create(CLICK, EnqueueOptions.DEFAULTS.taskId(old).delay(Duration.ofDays(10)));
    assertThatThrownBy(
            () -> create(CLICK, EnqueueOptions.DEFAULTS.taskId(old).delay(Duration.ofDays(11))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give it a new task id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"task", "retries", "stamps", "sluice-version", "x-death"})
  void headers_with_a_meaning_of_their_own_are_refused(String name) {
    assertThatThrownBy(() -> create(CLICK, EnqueueOptions.DEFAULTS.header(name, "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("header '" + name + "' is reserved");
  }

  @Test
  void other_headers_travel() {
    NewTask task = create(CLICK, EnqueueOptions.DEFAULTS.header("traceparent", "00-1-2-01"));
    assertThat(task.message().headers())
        .containsEntry("traceparent", "00-1-2-01")
        .containsEntry(Headers.ORIGIN, "7@host");
  }

  @Test
  void headers_that_fill_a_frame_are_refused() {
    assertThatThrownBy(
            () -> create(CLICK, EnqueueOptions.DEFAULTS.header("big", "x".repeat(70_000))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("put data into the payload");
  }

  @Test
  void a_body_over_the_limit_is_refused_with_its_size() {
    PayloadTooLarge error =
        catchThrowableOfType(
            PayloadTooLarge.class,
            () ->
                factory.create(
                    CLICK, new Click(5, "x".repeat(1000)), EnqueueOptions.DEFAULTS, null));
    assertThat(error)
        .hasMessageContaining("task clicks.record " + error.taskId())
        .hasMessageContaining("at most 1000 are allowed");
  }

  @Test
  void a_payload_that_breaks_its_schema_is_refused_with_path_and_reason() {
    TaskType<Click> type = CLICK.schema("click.schema.json");
    factory.create(type, new Click(5, "home"), EnqueueOptions.DEFAULTS, null);
    assertThatThrownBy(
            () -> factory.create(type, new Click(0, "home"), EnqueueOptions.DEFAULTS, null))
        .isInstanceOf(PayloadInvalid.class)
        .hasMessageContaining("body[1].user:")
        .hasMessageContaining("1");
  }

  @Test
  void a_schema_that_is_not_there_is_named() {
    TaskType<Click> type = CLICK.schema("nothing.json");
    assertThatThrownBy(
            () -> factory.create(type, new Click(5, "home"), EnqueueOptions.DEFAULTS, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'nothing.json'")
        .hasMessageContaining("not on the class path");
  }

  @Test
  void times_that_cannot_be_are_refused() {
    assertThatThrownBy(
            () ->
                create(
                    CLICK,
                    EnqueueOptions.DEFAULTS
                        .delay(Duration.ofHours(2))
                        .expires(NOW.plus(Duration.ofHours(1)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("before its eta");
    assertThatThrownBy(() -> create(CLICK, EnqueueOptions.DEFAULTS.delay(Duration.ofDays(4000))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("longest delay");
  }

  @Test
  void a_task_may_be_known_by_name_only() throws Exception {
    NewTask task =
        factory.createNamed(
            "python.add",
            JsonMapper.shared().createObjectNode().put("x", 2),
            1,
            "celery",
            EnqueueOptions.DEFAULTS);
    assertThat(task.queue()).isEqualTo("shop.celery");
    assertThat(new String(task.message().body(), StandardCharsets.UTF_8))
        .startsWith("[[],{\"x\":2},");
  }

  private NewTask create(TaskType<Click> type, EnqueueOptions options) {
    return factory.create(type, new Click(5, "home"), options, null);
  }

  private Instant expires(TaskType<Click> type, EnqueueOptions options) throws Exception {
    return MessageCodec.decode(create(type, options).message()).expires();
  }
}
