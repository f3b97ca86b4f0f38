package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CsvTest {
  @Test
  void every_key_of_any_line_has_a_column() {
    assertThat(Csv.of(List.of(Map.of("a", 1), Map.of("b", 2.5))))
        .isEqualTo("a,b\r\n1,\r\n,2.5\r\n");
  }

  @Test
  void cells_with_commas_quotes_or_line_ends_are_quoted() {
    assertThat(Csv.of(List.of(Map.of("a", "x,\"y\"\n")))).isEqualTo("a\r\n\"x,\"\"y\"\"\n\"\r\n");
  }
}
