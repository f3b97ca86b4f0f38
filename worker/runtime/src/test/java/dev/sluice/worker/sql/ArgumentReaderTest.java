package dev.sluice.worker.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.message.MalformedMessage;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskBody;
import dev.sluice.message.TaskMessage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.LongNode;

class ArgumentReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          string | "a" | a
          long | 9223372036854775807 | 9223372036854775807
          double | 1e3 | 1000.0
          double | 7 | 7.0
          decimal | 0.10 | 0.10
          decimal | "12345678901234567890.123" | 12345678901234567890.123
          boolean | true | true
          instant | "2026-01-31T12:00:00+02:00" | 2026-01-31 10:00:00.000000
          instant | {"__type__": "datetime", "__value__": "2026-01-31T12:00:00.5Z"} | 2026-01-31 12:00:00.500000
          date | "2026-01-31" | 2026-01-31
          json | {"a": [1, null]} | {"a":[1,null]}
          json | "a" | "a"
          """)
  void each_type_takes_what_it_says(String type, String argument, String value) throws Exception {
    assertThat(read(parameter(type), "[[],{\"x\": " + argument + "},null]").values())
        .singleElement()
        .hasToString(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          string | 1 | must be a string in quotes, is 1
          string | null | must not be null
          long | "1" | must be a whole number of 64 bits, is "1"
          long | 1.5 | must be a whole number of 64 bits, is 1.5
          long | 9223372036854775808 | must be a whole number of 64 bits, is 9223372036854775808
          long | true | must be a whole number of 64 bits, is true
          double | NaN | must be a finite number
          double | 1e999 | must be a finite number
          double | "1" | must be a finite number
          decimal | "ten" | must be a decimal number, is "ten"
          decimal | 1e999999999 | must be a decimal number of at most 100 digits
          decimal | Infinity | must be a decimal number
          boolean | 1 | must be true or false, is 1
          instant | "2026-01-31T12:00:00" | must be a date and time with its zone such as
          instant | 1700000000 | must be a date and time in quotes
          date | "31.1.2026" | must be a date such as 2026-01-31
          bytes | "%%" | must be base64
          string | [1] | must be a string in quotes, is [1]
          """)
  void what_does_not_fit_is_refused_with_its_path(String type, String argument, String reason) {
    assertThatThrownBy(() -> read(parameter(type), "[[],{\"x\": " + argument + "},null]"))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageStartingWith("body[1].x: " + reason);
  }

  @Test
  void bytes_are_base64() throws Exception {
    assertThat(read(parameter("bytes"), "[[],{\"x\": \"AAH/\"},{}]").values())
        .containsExactly(new byte[] {0, 1, -1});
  }

  @Test
  void a_missing_argument_is_refused_or_has_its_default_or_is_null() throws Exception {
    SqlParameter fallback =
        new SqlParameter("x", SqlType.LONG, "x", true, false, LongNode.valueOf(7));
    SqlParameter optional = new SqlParameter("x", SqlType.LONG, "x", false, false, null);

    assertThat(read(fallback, "[[],{},{}]").values()).containsExactly(7L);
    assertThat(read(optional, "[[],{},{}]").values()).containsExactly((Object) null);
    assertThat(read(optional, "[[],{\"x\": null},{}]").values()).containsExactly((Object) null);
    assertThatThrownBy(() -> read(fallback, "[[],{\"x\": null},{}]"))
        .hasMessage("body[1].x: must not be null");
    assertThatThrownBy(() -> read(parameter("long"), "[[],{\"y\": 1},{}]"))
        .hasMessage("body[1].x: is missing");
  }

  @Test
  void a_parameter_may_take_an_argument_of_another_name() throws Exception {
    SqlParameter renamed = new SqlParameter("x", SqlType.LONG, "user_id", true, false, null);

    assertThat(read(renamed, "[[],{\"user_id\": 1, \"x\": 2},{}]").values()).containsExactly(1L);
  }

  @Test
  void positional_arguments_fill_parameters_in_their_order() throws Exception {
    ArgumentReader reader =
        new ArgumentReader(
            "a.b", List.of(SqlParameter.of("x", SqlType.LONG), parameter("date", "y")));

    assertThat(reader.read(body("[[1],{\"y\": \"2026-01-31\"},{}]")).values())
        .containsExactly(1L, LocalDate.of(2026, 1, 31));
    assertThatThrownBy(() -> reader.read(body("[[1, \"x\"],{},{}]")))
        .hasMessageStartingWith("body[0][1]: must be a date");
    assertThatThrownBy(() -> reader.read(body("[[1],{\"x\": 1},{}]")))
        .hasMessage("body[0][0]: 'x' is given twice");
    assertThatThrownBy(() -> reader.read(body("[[1, 2, 3],{},{}]")))
        .hasMessage("body[0]: a.b takes 2 arguments, got 3");
  }

  @Test
  void values_are_of_the_type_that_the_driver_wants() throws Exception {
    assertThat(read(parameter("decimal"), "[[],{\"x\": 1.10},{}]").values())
        .containsExactly(new BigDecimal("1.10"));
    assertThat(read(parameter("instant"), "[[],{\"x\": \"2026-01-31T00:00:00Z\"},{}]").values())
        .containsExactly("2026-01-31 00:00:00.000000");
  }

  private static SqlArguments read(SqlParameter parameter, String body) throws MalformedMessage {
    return new ArgumentReader("a.b", List.of(parameter)).read(body(body));
  }

  private static TaskBody body(String json) throws MalformedMessage {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new PayloadCodec().parse(TaskMessage.builder("id", "a.b", bytes).build());
  }

  private static SqlParameter parameter(String type) {
    return parameter(type, "x");
  }

  private static SqlParameter parameter(String type, String name) {
    return SqlParameter.of(name, SqlType.valueOf(type.toUpperCase(Locale.ROOT)));
  }
}
