package dev.sluice.timelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

  @ParameterizedTest
  @CsvSource({"1900000000000000000, 1795000000123", "1, 0", "9223372036854775807, -1"})
  void a_cursor_stands_for_its_entry(long post, long millis) {
    Entry entry = new Entry(post, Instant.ofEpochMilli(millis));

    assertThat(PageRequest.after(Cursor.encode(entry), 10).after()).isEqualTo(entry);
  }

  @Test
  void it_may_stand_in_a_url_as_it_is() {
    for (long post = 0; post < 1000; post++) {
      Entry entry = new Entry(post * 0x9E3779B97F4A7C15L, Instant.ofEpochMilli(post));
      assertThat(Cursor.encode(entry)).matches("[A-Za-z0-9_-]{23}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                          | a cursor has 23 characters, this one has 0",
        "next                        | a cursor has 23 characters, this one has 4",
        "AAAAAZ3!bGjMf///////////    | a cursor has 23 characters, this one has 24",
        "AAAAAZ3!bGjMf//////////     | the cursor has characters that none has",
        "AgAAAAAAAAAAAAAAAAAAAAA     | the cursor is of version 2, known is 1; begin anew"
      })
  void what_is_no_cursor_is_refused_with_the_reason(String text, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PageRequest.after(text, 10))
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 201})
  void a_page_has_1_to_200_posts(int limit) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PageRequest.first(limit))
        .withMessage("limit must be 1 to 200, is " + limit);
  }
}
