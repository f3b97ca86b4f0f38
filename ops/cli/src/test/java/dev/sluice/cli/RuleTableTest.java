package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RuleTableTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final String HEADING = "\n## Which test plays which rule\n";
  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:Test|IT|Contract))`");

  @Test
  void every_test_that_the_table_names_exists() throws IOException {
    Set<String> named = new TreeSet<>();
    String text = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
    int start = text.indexOf(HEADING);
    TEST.matcher(text.substring(start, text.indexOf("\n## ", start + 1)))
        .results()
        .forEach(name -> named.add(name.group(1) + ".java"));

    assertThat(named).hasSizeGreaterThan(30);
    assertThat(testFiles()).containsAll(named);
  }

  private static Set<String> testFiles() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      files
          .filter(file -> file.toString().contains("src/test/java"))
          .forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }
}
