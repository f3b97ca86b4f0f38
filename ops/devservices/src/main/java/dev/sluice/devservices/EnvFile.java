package dev.sluice.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The URLs of the standing servers as shell assignments: {@code NAME='value'}, one a line. */
final class EnvFile {

  private final Path file;

  EnvFile(Path file) {
    this.file = file;
  }

  /** Replaces the file; only its owner may read it, for the URLs hold passwords. */
  void write(Map<String, String> variables) {
    StringBuilder text =
        new StringBuilder("# Written by ops/sluice up. Use: set -a; . this-file\n");
    variables.forEach((name, value) -> text.append("%s='%s'%n".formatted(name, value)));
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      PrivateFiles.write(file, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** The assignments in the file, none if there is no file. */
  Map<String, String> read() {
    Map<String, String> variables = new LinkedHashMap<>();
    if (!Files.exists(file)) {
      return variables;
    }
    try {
      for (String line : Files.readAllLines(file)) {
        int equals = line.indexOf('=');
        if (equals > 0 && !line.startsWith("#")) {
          variables.put(line.substring(0, equals), unquoted(line.substring(equals + 1)));
        }
      }
      return variables;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + file, e);
    }
  }

  private static String unquoted(String value) {
    return value.length() > 1 && value.startsWith("'") && value.endsWith("'")
        ? value.substring(1, value.length() - 1)
        : value;
  }
}
