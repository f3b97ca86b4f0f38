package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.task.TaskType;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class PayloadSchemasTest {
  record Order(long id, List<Line> lines) {}

  record Line(int pieces) {}

  private static final TaskType<Order> ORDER = TaskType.of("orders.place", Order.class);
  private static final TaskType<Order> CHECKED = ORDER.schema("order.schema.json");

  private final PayloadSchemas schemas = new PayloadSchemas();

  @Test
  void a_payload_that_keeps_its_schema_passes() throws Exception {
    schemas.check(CHECKED, json("{\"id\":1,\"lines\":[{\"pieces\":2}],\"new\":true}"));
  }

  @Test
  void a_type_without_schema_passes_anything() throws Exception {
    schemas.check(ORDER, json("{\"id\":\"x\"}"));
  }

  @Test
  void the_path_leads_to_what_is_wrong() throws Exception {
    MalformedMessage error =
        catchThrowableOfType(
            MalformedMessage.class,
            () ->
                schemas.check(
                    CHECKED, json("{\"id\":1,\"lines\":[{\"pieces\":2},{\"pieces\":0}]}")));
    assertThat(error.path()).isEqualTo("body[1].lines[1].pieces");
    assertThat(error).hasMessageContaining("minimum value of 1");
  }

  @Test
  void a_missing_argument_is_named_and_further_errors_are_counted() {
    assertThatThrownBy(() -> schemas.check(CHECKED, json("{}")))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining("body[1]: ")
        .hasMessageContaining("'id'")
        .hasMessageContaining("(and 1 more)");
  }

  @Test
  void a_schema_that_is_no_json_is_named() {
    assertThatThrownBy(() -> schemas.check(ORDER.schema("broken.schema.json"), json("{}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("schema 'broken.schema.json' of task type orders.place v1");
  }

  private static ObjectNode json(String text) {
    return (ObjectNode) JsonMapper.shared().readTree(text);
  }
}
