package dev.sluice.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.Route;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ControlBusTest {
  private static final String NODE = "sluice@host-1";
  private static final JsonMapper JSON = new JsonMapper();

  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final FakeWorker worker = new FakeWorker(NODE);
  private final BlockingQueue<Message> replies = new LinkedBlockingQueue<>();
  private final ControlBus bus = ControlBus.start(broker, worker);

  @BeforeEach
  void takeReplies() {
    broker.subscribe(
        QueueSpec.of("replies"),
        100,
        delivery -> {
          replies.add(delivery.message());
          delivery.ack();
        });
  }

  @AfterEach
  void close() {
    bus.close();
    broker.close();
  }

  @Test
  void ping_is_answered_with_pong() throws Exception {
    assertThat(call("ping", "{}")).isEqualTo(JSON.readTree("{\"ok\": \"pong\"}"));
  }

  @Test
  void a_reply_carries_the_ticket_and_a_clock_that_is_ahead_of_the_request() throws Exception {
    send(request("ping", "{}", ""), 41);
    Message reply = reply();
    assertThat(reply.headers()).containsEntry("ticket", "t-1");
    assertThat((Long) reply.headers().get("clock")).isGreaterThan(41);
    assertThat(reply.contentType()).isEqualTo("application/json");
    assertThat(reply.contentEncoding()).isEqualTo("utf-8");
  }

  @Test
  void stats_add_up_attempts_and_queues() throws Exception {
    JsonNode stats = call("stats", "{}");
    assertThat(stats.at("/total/clicks.record").asInt()).isEqualTo(42);
    assertThat(stats.at("/total/clicks.lost").asInt()).isEqualTo(1);
    assertThat(stats.at("/pool/max-concurrency").asInt()).isEqualTo(5);
    assertThat(stats.at("/prefetch_count").asInt()).isEqualTo(20);
    assertThat(stats.at("/uptime").asInt()).isEqualTo(90);
    assertThat(stats.at("/pid").asLong()).isEqualTo(ProcessHandle.current().pid());
    assertThat(stats.at("/clock").isString()).isTrue();
    assertThat(stats.at("/queues/sluice/waiting").asInt()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"active", "dump_active"})
  void active_lists_what_runs_with_real_arguments(String command) throws Exception {
    JsonNode running = call(command, "{\"safe\": null}").get(0);
    assertThat(running.at("/id").asString()).isEqualTo(FakeWorker.RUNNING);
    assertThat(running.at("/args").isArray()).isTrue();
    assertThat(running.at("/kwargs/page").asString()).isEqualTo("/Grüße");
    assertThat(running.at("/hostname").asString()).isEqualTo(NODE);
    assertThat(running.at("/time_start").asDouble()).isEqualTo(1795226700.5);
    assertThat(running.at("/delivery_info/routing_key").asString()).isEqualTo("sluice");
    assertThat(running.at("/delivery_info/redelivered").asBoolean()).isFalse();
  }

  @Test
  void active_shows_arguments_as_text_on_request() throws Exception {
    JsonNode running = call("active", "{\"safe\": true}").get(0);
    assertThat(running.at("/kwargs").asString()).contains("\"user\":7");
  }

  @Test
  void registered_lists_names_in_order() throws Exception {
    assertThat(call("registered", "{}"))
        .isEqualTo(JSON.readTree("[\"clicks.lost\", \"clicks.record\"]"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"a\"", "[\"a\"]", "[\"a\", \"a\", \"\"]"})
  void revoke_takes_one_id_or_a_list(String ids) throws Exception {
    JsonNode reply = call("revoke", "{\"task_id\": " + ids + ", \"signal\": \"SIGTERM\"}");
    assertThat(reply.at("/ok").asString()).isEqualTo("tasks a flagged as revoked");
    assertThat(worker.revoked.poll()).isEqualTo(new FakeWorker.Revoked(Set.of("a"), false));
  }

  @Test
  void revoke_with_terminate_says_which_tasks_were_running() throws Exception {
    String ids = "{\"terminate\": true, \"task_id\": [\"a\", \"" + FakeWorker.RUNNING + "\"]}";
    assertThat(call("revoke", ids).at("/ok").asString())
        .isEqualTo("terminate: " + FakeWorker.RUNNING);
    assertThat(worker.revoked.poll())
        .isEqualTo(new FakeWorker.Revoked(Set.of("a", FakeWorker.RUNNING), true));
    assertThat(call("revoke", "{\"terminate\": true, \"task_id\": \"a\"}").at("/ok").asString())
        .isEqualTo("terminate: tasks unknown");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"task_id\": 7}", "{\"task_id\": []}", "{\"task_id\": [7]}"})
  void revoke_without_ids_is_an_error_and_revokes_nothing(String arguments) throws Exception {
    assertThat(call("revoke", arguments).at("/error").asString()).startsWith("TypeError('");
    assertThat(worker.revoked).isEmpty();
  }

  @Test
  void shutdown_is_not_answered() throws Exception {
    send(request("shutdown", "{}", ""), 1);
    assertThat(worker.shutdown.await(10, TimeUnit.SECONDS)).isTrue();
    send(request("ping", "{}", ""), 2);
    assertThat(new String(reply().body(), StandardCharsets.UTF_8)).contains("pong");
  }

  @Test
  void an_unknown_command_is_a_key_error() throws Exception {
    assertThat(call("it's", "{}"))
        .isEqualTo(JSON.readTree("{\"error\": \"KeyError('it\\\\'s')\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"destination\": [\"sluice@host-1\", \"other@host\"]",
        "\"pattern\": \"sluice@*\", \"matcher\": \"glob\"",
        "\"pattern\": \"sluice@host-\\\\d\", \"matcher\": \"pcre\"",
        "\"pattern\": \"other@*\", \"matcher\": null",
        "\"destination\": null, \"pattern\": null"
      })
  void a_request_for_this_node_is_answered(String addressed) throws Exception {
    send(request("ping", "{}", addressed), 1);
    assertThat(JSON.readTree(reply().body()).at("/sluice@host-1/ok").asString()).isEqualTo("pong");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"destination\": [\"other@host\"]",
        "\"destination\": [\"other@host\"], \"pattern\": \"*\", \"matcher\": \"glob\"",
        "\"pattern\": \"other@*\", \"matcher\": \"glob\"",
        "\"pattern\": \"(\", \"matcher\": \"pcre\"",
        "\"pattern\": \"sluice@*\", \"matcher\": \"soundex\""
      })
  void a_request_for_another_node_is_ignored(String addressed) throws Exception {
    send(request("registered", "{}", addressed), 1);
    assertNextAnswerIsPong();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "null",
        "{}",
        "{\"method\": 7}",
        "{\"method\": \"registered\", \"arguments\": []}",
        "{\"method\": \"registered\", \"destination\": \"sluice@host-1\"}",
        "{\"method\": \"registered\", \"reply_to\": \"replies\"}",
        "{\"method\": \"registered\", \"reply_to\": {\"exchange\": \"x\", \"routing_key\": \"\"}}"
      })
  void a_malformed_request_is_ignored_and_the_next_one_answered(String body) throws Exception {
    publish(body, Map.of());
    assertNextAnswerIsPong();
  }

  @Test
  void a_request_nested_too_deeply_or_too_long_is_ignored() throws Exception {
    publish("[".repeat(100_000), Map.of());
    publish("\"" + "x".repeat(2 << 20) + "\"", Map.of());
    assertNextAnswerIsPong();
  }

  @Test
  void a_request_without_reply_to_is_carried_out_in_silence() throws Exception {
    publish("{\"method\": \"revoke\", \"arguments\": {\"task_id\": \"a\"}}", Map.of());
    assertThat(worker.revoked.poll(10, TimeUnit.SECONDS)).isNotNull();
    assertNextAnswerIsPong();
  }

  private void assertNextAnswerIsPong() throws Exception {
    assertThat(call("ping", "{}").at("/ok").asString()).isEqualTo("pong");
    assertThat(replies).isEmpty();
  }

  private JsonNode call(String method, String arguments) throws Exception {
    send(request(method, arguments, ""), 1);
    JsonNode reply = JSON.readTree(reply().body());
    assertThat(reply.propertyNames()).containsExactly(NODE);
    return reply.get(NODE);
  }

  private Message reply() throws InterruptedException {
    Message reply = replies.poll(10, TimeUnit.SECONDS);
    assertThat(reply).as("a reply").isNotNull();
    return reply;
  }

  private static String request(String method, String arguments, String addressed) {
    return "{\"method\": \""
        + method
        + "\", \"arguments\": "
        + arguments
        + ", \"ticket\": \"t-1\", \"reply_to\": {\"exchange\": \"\", \"routing_key\": \"replies\"}"
        + (addressed.isEmpty() ? "" : ", " + addressed)
        + "}";
  }

  private void send(String request, int clock) {
    publish(request, Map.of("clock", clock, "expires", 0));
  }

  private void publish(String body, Map<String, Object> headers) {
    broker
        .publish(
            new Route.ToExchange("celery.pidbox", ""),
            new Message(
                "application/json",
                "utf-8",
                0,
                null,
                null,
                Map.copyOf(headers),
                body.getBytes(StandardCharsets.UTF_8)))
        .join();
  }
}
