package dev.sluice.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A file of {@code KEY=VALUE} lines, such as the one that {@code sluice up} writes. */
public final class EnvFile {

  private EnvFile() {}

  /**
   * Reads the variables. Blank lines and lines that start with {@code #} are skipped, a leading
   * {@code export} and quotes around the value are dropped.
   *
   * @throws SettingsException when the file cannot be read or a line is no assignment
   */
  public static Map<String, String> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new SettingsException(file.toString(), List.of("cannot be read: " + e.getMessage()));
    }
    Map<String, String> variables = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int equals = line.indexOf('=');
      if (equals < 1) {
        throw new SettingsException(
            file.toString(), List.of("line " + (i + 1) + ": must look like KEY=VALUE"));
      }
      String name = line.substring(0, equals).replaceFirst("^export\\s+", "").strip();
      variables.put(name, unquoted(line.substring(equals + 1).strip()));
    }
    return variables;
  }

  private static String unquoted(String value) {
    boolean quoted =
        value.length() >= 2
            && (value.startsWith("'") && value.endsWith("'")
                || value.startsWith("\"") && value.endsWith("\""));
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
