package dev.sluice.cli;

import tools.jackson.databind.json.JsonMapper;

/** What a command prints with {@code --json}: one line of JSON. */
final class Json {
  static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  static String line(Object value) {
    return MAPPER.writeValueAsString(value);
  }
}
