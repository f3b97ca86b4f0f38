package dev.sluice.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.worker.governor.Limits;
import dev.sluice.worker.governor.Rate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class LimitCommandsTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final FakeWorker worker = new FakeWorker("sluice@host-1");
  private final CommandTable commands = new CommandTable(worker, new LamportClock());

  @ParameterizedTest
  @CsvSource({"'\"10/s\"', 10", "'\"90/m\"', 1.5", "'\"1800/h\"', 0.5", "'\"3\"', 3", "0.25, 0.25"})
  void a_rate_is_read_as_celery_writes_it(String text, double perSecond) throws Exception {
    assertThat(rateLimit(text).path("ok").asString()).isEqualTo("new rate limit set successfully");
    assertThat(worker.governor.limits("clicks.record").worker())
        .isEqualTo(Limits.NONE.rate(new Rate(perSecond)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, rate limit disabled successfully",
    "null, rate limit disabled successfully",
    "'\"\"', rate limit disabled successfully",
    // Celery's own command sends text, and Python takes it for true.
    "'\"0\"', new rate limit set successfully",
    "'\"0/s\"', new rate limit set successfully"
  })
  void zero_is_no_limit(String text, String reply) throws Exception {
    rateLimit("\"10/s\"");
    assertThat(rateLimit(text).path("ok").asString()).isEqualTo(reply);
    assertThat(worker.governor.limits("clicks.record").worker()).isEqualTo(Limits.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"-1/s\"", "-1", "\"fast\"", "\"10/d\"", "\"10/\"", "\"nan\"", "true"})
  void what_is_no_rate_is_refused_and_changes_nothing(String text) throws Exception {
    rateLimit("\"10/s\"");
    assertThat(rateLimit(text).path("error").asString())
        .startsWith("Invalid rate limit string: ValueError(");
    assertThat(worker.governor.limits("clicks.record").worker().rate()).isEqualTo(new Rate(10));
  }

  @Test
  void a_task_that_is_not_registered_is_unknown() throws Exception {
    assertThat(run("rate_limit", "{\"task_name\": \"no.such\", \"rate_limit\": 1}"))
        .isEqualTo(CommandTable.error("unknown task"));
  }

  @Test
  void other_limits_of_the_type_stay() throws Exception {
    worker.governor.limits(
        "clicks.record",
        worker.governor.limits("clicks.record").worker(Limits.NONE.concurrency(3)));
    rateLimit("\"10/s\"");
    assertThat(worker.governor.limits("clicks.record").worker())
        .isEqualTo(new Limits(3, new Rate(10)));
  }

  @Test
  void a_registered_task_shows_its_rate_as_celery_does() throws Exception {
    rateLimit("\"100/m\"");
    assertThat(run("registered", "{}").toString())
        .isEqualTo("[\"clicks.lost\",\"clicks.record [rate_limit=100/m]\"]");
  }

  @Test
  void a_ceiling_is_set_and_lifted() throws Exception {
    assertThat(run("ceiling", "{\"rows\": 5000}").path("ok").asString())
        .isEqualTo("ceiling of database main: 5000 rows a second");
    assertThat(run("ceiling", "{\"database\": \"main\", \"rows\": \"none\"}").path("ok").asString())
        .isEqualTo("no ceiling of database main");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-5", "\"0\"", "\"many\"", "1.5", "null"})
  void a_ceiling_of_nothing_is_refused(String rows) throws Exception {
    assertThat(run("ceiling", "{\"rows\": " + rows + "}").path("error").asString()).contains("row");
  }

  @Test
  void a_ceiling_of_a_database_that_is_not_there_is_refused() throws Exception {
    assertThat(run("ceiling", "{\"database\": \"x\", \"rows\": 5}").path("error").asString())
        .contains("unknown database 'x'", "main");
  }

  private JsonNode rateLimit(String rate) throws Exception {
    return run("rate_limit", "{\"task_name\": \"clicks.record\", \"rate_limit\": " + rate + "}");
  }

  private JsonNode run(String command, String arguments) throws Exception {
    return commands.run(command, (ObjectNode) JSON.readTree(arguments));
  }
}
