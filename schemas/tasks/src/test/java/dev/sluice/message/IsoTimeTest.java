package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T02:05:00Z,2026-11-21T02:05:00.000000+00:00",
    "2026-11-21T02:05:00.6356489Z,2026-11-21T02:05:00.635648+00:00"
  })
  void times_are_written_with_six_digits_and_an_offset(String instant, String text) {
    assertThat(IsoTime.format(Instant.parse(instant))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T02:05:00.635648+00:00,2026-11-21T02:05:00.635648Z",
    "2026-11-21T02:05:00.635648Z,2026-11-21T02:05:00.635648Z",
    "2026-11-21T02:05:00,2026-11-21T02:05:00Z",
    "2026-11-21 02:05:00+01:00,2026-11-21T01:05:00Z",
    "2026-11-21T02:05:00.5-05:30,2026-11-21T07:35:00.5Z"
  })
  void what_python_writes_is_read(String text, String instant) {
    assertThat(IsoTime.parse(text)).isEqualTo(Instant.parse(instant));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tomorrow", "2026-11-21", "1795226835"})
  void everything_else_is_refused(String text) {
    assertThatThrownBy(() -> IsoTime.parse(text)).isInstanceOf(DateTimeException.class);
  }
}
