package dev.sluice.worker.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeMatcherTest {

  @ParameterizedTest
  @CsvSource({
    "sluice@*, true",
    "*, true",
    "sluice@web-?, true",
    "sluice@web-[123], true",
    "sluice@web-[0-4], true",
    "sluice@web-[!123], false",
    "sluice@web-[!45], true",
    "sluice, false",
    "celery@*, false",
    "sluice@web.1, false",
    "sluice@web-[, false"
  })
  void glob_matches_the_whole_name(String pattern, boolean expected) throws Exception {
    assertThat(NodeMatcher.matches("sluice@web-1", pattern, "glob")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"sluice@, true", "sluice@web-\\d$, true", "web, false", ".*-2, false"})
  void pcre_matches_the_beginning(String pattern, boolean expected) throws Exception {
    assertThat(NodeMatcher.matches("sluice@web-1", pattern, "pcre")).isEqualTo(expected);
  }

  @Test
  void an_unknown_matcher_or_a_broken_expression_is_told() {
    assertThatThrownBy(() -> NodeMatcher.matches("a", "a", "soundex"))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("soundex");
    assertThatThrownBy(() -> NodeMatcher.matches("a", "(", "pcre"))
        .isInstanceOf(ControlException.class);
  }
}
