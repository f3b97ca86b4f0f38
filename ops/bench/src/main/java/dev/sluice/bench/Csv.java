package dev.sluice.bench;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lines of keys and values as a table with a column for each key (RFC 4180). */
final class Csv {
  private Csv() {}

  static String of(List<? extends Map<String, ?>> lines) {
    Set<String> keys = new LinkedHashSet<>();
    lines.forEach(line -> keys.addAll(line.keySet()));
    StringBuilder csv = new StringBuilder(String.join(",", keys)).append("\r\n");
    for (Map<String, ?> line : lines) {
      csv.append(keys.stream().map(key -> cell(line.get(key))).collect(Collectors.joining(",")))
          .append("\r\n");
    }
    return csv.toString();
  }

  private static String cell(@Nullable Object value) {
    String text = value == null ? "" : value.toString();
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
