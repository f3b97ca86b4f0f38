package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class StrictJsonTest {
  private static final byte[] SEED =
      "{\"a\":[1,-2.50e3,true,null,\"t\\u00e4\\ud83d\\ude00\\n\"],\"ä😀\":{\"b\":{\"c\":\"\"}}}"
          .getBytes(StandardCharsets.UTF_8);
  private static final byte[] SPICE =
      "{}[]\",:\\u0d8Ee+-.NaIf \t\n\u00e4\ud83d\ude00\0".getBytes(StandardCharsets.UTF_8);

  @RepeatedTest(20)
  void damaged_bytes_are_refused_or_read_and_never_anything_else(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < 500; i++) {
      byte[] damaged = damaged(random);
      JsonNode read;
      try {
        read = StrictJson.read(damaged);
      } catch (Refusal e) {
        assertThat(e.problem().errors()).hasSize(1);
        assertThat(e.problem().errors().get(0).path()).startsWith("$");
        continue;
      }
      assertThat(StrictJson.read(StrictJson.write(read))).isEqualTo(read);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1.10,\"b\":100000000000000000000000,\"c\":1E+400,\"d\":0.1}",
        "{\"ä\":\"😀\",\"\":\"\"}",
        "{\"a\":[[],{},[null,true,false]]}"
      })
  void a_value_goes_through_as_it_was_written(String json) {
    JsonNode read = StrictJson.read(json.getBytes(StandardCharsets.UTF_8));

    assertThat(new String(StrictJson.write(read), StandardCharsets.UTF_8)).isEqualTo(json);
  }

  @Test
  void a_whole_character_may_be_written_as_two_escapes() {
    JsonNode read = StrictJson.read("\"\\uD83D\\uDE00\"".getBytes(StandardCharsets.UTF_8));

    assertThat(read.stringValue()).isEqualTo("😀");
  }

  private static byte[] damaged(Random random) {
    byte[] bytes = SEED.clone();
    int places = 1 + random.nextInt(4);
    for (int i = 0; i < places; i++) {
      bytes[random.nextInt(bytes.length)] =
          random.nextBoolean() ? SPICE[random.nextInt(SPICE.length)] : (byte) random.nextInt(256);
    }
    return bytes;
  }
}
