package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may send by mistake, or on purpose: each is refused, and the place is named. */
class GatewayBadInputTest {
  private static final Edge EDGE = Edge.open();

  @AfterAll
  static void close() {
    assertThat(EDGE.broker.stats("sluice")).as("a refused task was enqueued").isEmpty();
    EDGE.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                            | 400 | $           | the body is empty
          {                             | 400 | $           | Unexpected end-of-input
          {"a": 1                       | 400 | $.a         | Unexpected end-of-input
          {"a": tru}                    | 400 | $.a         | Unrecognized token
          {"a": 1}}                     | 400 | $           | Unexpected close marker
          {"a": 1} {}                   | 400 | $           | something follows
          {"a": 1, "a": 2}              | 400 | $.a         | Duplicate
          {"x": [{"b": 1, "b": 2}]}     | 400 | $.x[0].b    | Duplicate
          {"a": NaN}                    | 400 | $.a         | Non-standard token 'NaN'
          {"a": -Infinity}              | 400 | $.a         | Infinity
          {"a": [0, 1, Infinity]}       | 400 | $.a[2]      | Infinity
          {"a": 01}                     | 400 | $.a         | Leading zeroes
          {"a": +1}                     | 400 | $.a         | plus sign
          {"a": .5}                     | 400 | $.a         | Unexpected character
          {"a": 0x10}                   | 400 | $.a         | Unexpected character
          {'a': 1}                      | 400 | $           | Unexpected character
          {a: 1}                        | 400 | $           | Unexpected character
          {"a": 1,}                     | 400 | $.a         | Unexpected character
          {"a": [1,]}                   | 400 | $.a[1]      | Unexpected character
          {"a": /* no */ 1}             | 400 | $.a         | comment
          {"a": "\\q"}                | 400 | $.a         | escape
          {"a": "\\ud800"}            | 400 | $.a         | half a character
          {"b": ["\\uDC00x"]}         | 400 | $.b[0]      | half a character
          {"\\ud800": 1}              | 400 | $           | surrogate
          {"odd name": [1, fals]}       | 400 | $['odd name'][1] | Unrecognized token
          []                            | 422 | $           | must be an object
          [{}]                          | 422 | $           | must be an object
          "text"                        | 422 | $           | must be an object
          7                             | 422 | $           | must be an object
          null                          | 422 | $           | must be an object
          true                          | 422 | $           | must be an object
          """)
  void a_body_that_is_not_such_json_is_refused(
      String body, int status, String path, String reason) {
    Answer answer = EDGE.post("/v1/tasks/clicks.record", body);

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(status);
    assertThat(answer.problem()).isEqualTo(status == 400 ? "malformed-json" : "invalid");
    assertThat(answer.path()).isEqualTo(path);
    assertThat(answer.reason()).contains(reason).doesNotContain("StreamRead");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7B2261223A2280227D", // a byte that continues nothing
        "7B2261223A22C3227D", // a character cut short
        "7B2261223A22C0AF227D", // longer than it needs to be
        "7B2261223A22EDA080227D", // half a character
        "7B2261223A22F5808080227D", // beyond Unicode
        "FEFF007B007D", // UTF-16 with its mark
        "007B007D",
        "7B007D00",
        "0000007B0000007D",
        "7B2261223A2261006222" + "7D" // a zero in a text
      })
  void bytes_that_are_not_utf_8_are_refused(String hex) {
    byte[] body = HexFormat.of().parseHex(hex);

    Answer answer =
        EDGE.send(EDGE.to("/v1/tasks/clicks.record").POST(BodyPublishers.ofByteArray(body)));

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(400);
    assertThat(answer.problem()).isEqualTo("malformed-json");
  }

  @Test
  void json_that_is_nested_too_deeply_is_refused_with_the_place() {
    int depth = StrictJson.MAX_DEPTH + 2;
    Answer answer =
        EDGE.post(
            "/v1/tasks/clicks.record", "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.path()).startsWith("$.a[0][0]");
    assertThat(answer.reason()).contains("nesting depth");
  }

  @ParameterizedTest
  @CsvSource({"10000", "100000", "400000"})
  void bombs_of_brackets_are_refused_like_any_other(int depth) {
    Answer answer = EDGE.post("/v1/tasks/clicks.record", "[".repeat(depth));

    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void a_number_of_a_thousand_digits_is_refused() {
    Answer answer = EDGE.post("/v1/tasks/clicks.record", "{\"a\":" + "9".repeat(1001) + "}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.path()).isEqualTo("$.a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          colour=red               | query.colour   | there is no option 'colour'
          Delay=5s                 | query.Delay    | there is no option 'Delay'
          =                        | query.         | there is no option ''
          delay=5s&delay=6s        | query.delay    | given twice
          delay=5                  | query.delay    | write a whole number and ms, s, m, h or d
          delay=-5s                | query.delay    | write a whole number
          delay=                   | query.delay    | write a whole number
          delay                    | query.delay    | write a whole number
          delay=5s&countdown=5     | query.countdown | cannot be given together with query.delay
          delay=5s&eta=2030-01-01T00:00:00Z | query.eta | cannot be given together with query.delay
          countdown=-1             | query.countdown | a number of seconds
          countdown=NaN            | query.countdown | a number of seconds
          countdown=1e999999999    | query.countdown | a number of seconds
          countdown=99999999999    | query.countdown | at most
          eta=tomorrow             | query.eta      | is no time with its zone
          eta=2030-01-01T00:00:00  | query.eta      | is no time with its zone
          delay=999999999999d      | query.delay    | at most
          eta=%2B999999999-12-31T23:59:59Z | query.eta | in the years 1970 to 9999
          eta=-999999999-01-01T00:00:00%2B18:00 | query.eta | in the years 1970 to 9999
          expires=1969-12-31T00:00:00Z | query.expires | in the years 1970 to 9999
          expires=later            | query.expires  | is no time with its zone
          expires=999999999999d    | query.expires  | at most
          priority=10              | query.priority | a whole number from 0 to 9
          priority=-1              | query.priority | a whole number from 0 to 9
          priority=high            | query.priority | a whole number from 0 to 9
          version=0                | query.version  | a whole number from 1
          version=99999999999      | query.version  | a whole number from 1
          task_id=                 | query.task_id  | 1 to 255 visible ASCII characters
          task_id=a%20b            | query.task_id  | 1 to 255 visible ASCII characters
          queue=                   | query.queue    | the name of a queue
          queue=a%00b              | query.queue    | the name of a queue
          window=1h                | query.window   | together with an idempotency key alone
          idempotency_key=k        | query.idempotency_key | given as the header Idempotency-Key
          header.a=1&header.a=2    | query.header.a | given twice
          header.a=%FF             | query          | is not UTF-8
          """)
  void an_option_that_is_unknown_or_wrong_is_refused(String query, String path, String reason) {
    Answer answer = EDGE.post("/v1/tasks/clicks.record?" + query, "{}");

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(400);
    assertThat(answer.problem()).isEqualTo("bad-request");
    assertThat(answer.paths()).contains(path);
    assertThat(answer.json().toString()).contains(reason);
  }

  @Test
  void everything_that_is_wrong_is_said_at_once() {
    Answer answer = EDGE.post("/v1/tasks/clicks.record?priority=10&delay=x&colour=red", "{}");

    assertThat(answer.paths())
        .containsExactlyInAnyOrder("query.priority", "query.delay", "query.colour");
  }

  @ParameterizedTest
  @CsvSource({
    "Sluice-Colour, red, header.Sluice-Colour",
    "Sluice-Delay, soon, header.Sluice-Delay",
    "Sluice-Priority, 11, header.Sluice-Priority",
    "Idempotency-Key, '', header.Idempotency-Key",
    "Idempotency-Key, '\"\"', header.Idempotency-Key",
    "Idempotency-Key, a b, header.Idempotency-Key"
  })
  void an_option_that_is_wrong_as_a_header_is_refused(String name, String value, String path) {
    Answer answer =
        EDGE.post("/v1/tasks/clicks.record", "{}", request -> request.header(name, value));

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(400);
    assertThat(answer.path()).isEqualToIgnoringCase(path);
  }

  @Test
  void an_option_as_parameter_and_header_is_refused() {
    Answer answer =
        EDGE.post(
            "/v1/tasks/clicks.record?delay=5s",
            "{}",
            request -> request.header("Sluice-Delay", "5s"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.reason()).isEqualTo("is given twice, also as query.delay");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          header.sluice-kind=x                  | reserved
          header.id=x                           | reserved
          header.x-death=x                      | reserved
          delay=2h&expires=1h                   | before its eta
          eta=2200-01-01T00:00:00Z              | the longest delay
          task_id=0193a000-0000-7000-8000-000000000001 | new task id
          """)
  void options_that_cannot_be_are_refused_as_the_producer_says(String query, String reason) {
    Answer answer = EDGE.post("/v1/tasks/clicks.record?" + query, "{}");

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(422);
    assertThat(answer.problem()).isEqualTo("invalid");
    assertThat(answer.path()).isEqualTo("options");
    assertThat(answer.reason()).contains(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"clicks.a%20b", "clicks.%C3%A4", "clicks.%7F"})
  void a_name_that_no_task_can_have_is_not_found(String name) {
    assertThat(EDGE.post("/v1/tasks/" + name, "{}").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ISO-8859-1", "UTF-16", "US-ASCII"})
  void a_charset_other_than_utf_8_is_refused(String charset) {
    Answer answer =
        EDGE.post(
            "/v1/tasks/clicks.record",
            new String("{}".getBytes(Charset.forName(charset)), StandardCharsets.ISO_8859_1),
            request -> request.setHeader("Content-Type", "application/json; charset=" + charset));

    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.path()).isEqualTo("header.Content-Type");
  }
}
