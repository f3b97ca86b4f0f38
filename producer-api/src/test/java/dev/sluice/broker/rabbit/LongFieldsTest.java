package dev.sluice.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.AMQBasicProperties;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LongFieldsTest {

  @Test
  void every_field_of_type_L_becomes_l_and_nothing_else_changes() throws Exception {
    Map<String, Object> headers = new HashMap<>();
    headers.put("plain", 1_795_226_835_000L);
    headers.put("Long", "L is a letter here");
    headers.put("table", Map.of("x", 5L, "l", List.of(1L, "L", Map.of("deep", 2L))));
    headers.put("mixed", Arrays.asList(1, null, true, 0.5, new byte[] {'l', 'L'}));
    headers.put("date", new java.util.Date(0));
    byte[] original = header(headers);

    byte[] asPythonWrites = original.clone();
    int changed = 0;
    for (int i = 0; i + 8 < asPythonWrites.length; i++) {
      // In this frame an 'l' before four zero bytes, or before our number, is a field type.
      if (asPythonWrites[i] == 'l' && asPythonWrites[i + 1] == 0 && asPythonWrites[i + 2] == 0) {
        asPythonWrites[i] = 'L';
        changed++;
      }
    }
    assertThat(changed).isEqualTo(4);

    LongFields.makeReadable(asPythonWrites);

    assertThat(asPythonWrites).isEqualTo(original);
  }

  @Test
  void a_frame_without_headers_or_cut_short_is_left_alone() throws Exception {
    for (byte[] frame :
        List.of(
            header(null), new byte[0], new byte[13], Arrays.copyOf(header(Map.of("a", 1L)), 40))) {
      byte[] copy = frame.clone();
      LongFields.makeReadable(copy);
      assertThat(copy).isEqualTo(frame);
    }
  }

  private static byte[] header(Map<String, Object> headers) throws Exception {
    AMQBasicProperties properties =
        new BasicProperties.Builder()
            .contentType("application/json")
            .contentEncoding("utf-8")
            .headers(headers)
            .deliveryMode(2)
            .correlationId("L")
            .build();
    return properties.toFrame(1, 10).getPayload();
  }
}
