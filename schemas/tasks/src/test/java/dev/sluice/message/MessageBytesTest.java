package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageBytesTest {

  @Test
  void every_property_header_type_and_byte_comes_back() {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("text", "ä€😀");
    headers.put("long text", "x".repeat(100_000));
    headers.put("flag", true);
    headers.put("no", false);
    headers.put("int", 7);
    headers.put("long", 7L);
    headers.put("double", 0.5);
    headers.put("decimal", new BigDecimal("-12.30"));
    headers.put("time", Instant.ofEpochSecond(1_700_000_000));
    headers.put("null", null);
    headers.put("list", Arrays.asList(300, null, List.of("a")));
    headers.put("map", Map.of("x", Map.of("y", 1L)));
    byte[] body = new byte[1000];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) i;
    }
    Message message = new Message("application/json", "utf-8", 9, "id", "reply", headers, body);

    Message read = MessageBytes.read(MessageBytes.write(message));

    assertThat(read.headers()).isEqualTo(headers);
    assertThat(List.copyOf(read.headers().keySet())).isEqualTo(List.copyOf(headers.keySet()));
    assertThat(read.body()).isEqualTo(body);
    assertThat(read)
        .extracting(
            Message::contentType,
            Message::contentEncoding,
            Message::priority,
            Message::correlationId,
            Message::replyTo)
        .containsExactly("application/json", "utf-8", 9, "id", "reply");
  }

  @Test
  void bytes_in_headers_and_an_empty_message_come_back() {
    Message message =
        new Message(null, null, 0, null, null, Map.of("b", new byte[] {1, 2}), new byte[0]);
    Message read = MessageBytes.read(MessageBytes.write(message));
    assertThat((byte[]) read.headers().get("b")).containsExactly(1, 2);
    assertThat(read.contentType()).isNull();
    assertThat(read.body()).isEmpty();
  }

  @Test
  void every_cut_is_noticed() {
    byte[] whole =
        MessageBytes.write(
            new Message("a", null, 1, "id", null, Map.of("h", List.of("x", 1)), new byte[10]));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> MessageBytes.read(cut)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void other_bytes_are_refused() {
    assertThatThrownBy(() -> MessageBytes.read("{\"task\":1}".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no stored message");
  }
}
