package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadingOrderTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+\\.java)\\)");
  private static final long AN_AFTERNOON = 2500;

  @Test
  void the_core_can_be_read_in_an_afternoon() throws IOException {
    List<String> files =
        LINK.matcher(Files.readString(ROOT.resolve("CONTRIBUTING.md")))
            .results()
            .map((MatchResult link) -> link.group(1))
            .toList();
    long lines = 0;
    for (String file : files) {
      lines += Files.readAllLines(ROOT.resolve(file)).size();
    }

    assertThat(files).hasSizeGreaterThan(10);
    assertThat(lines).isLessThanOrEqualTo(AN_AFTERNOON);
  }
}
