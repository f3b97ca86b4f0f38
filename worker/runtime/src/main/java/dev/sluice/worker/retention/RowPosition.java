package dev.sluice.worker.retention;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far a walk through the rows of a table is.
 *
 * @param since the least age that is looked at; null for any
 * @param key the last primary key that was looked at, on a walk by key; else null
 */
record RowPosition(@Nullable String since, @Nullable List<String> key) {
  static final RowPosition START = new RowPosition(null, null);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  static RowPosition of(String text) {
    return JSON.readValue(text, RowPosition.class);
  }

  String text() {
    return JSON.writeValueAsString(this);
  }

  RowPosition since(@Nullable String newSince) {
    return new RowPosition(newSince, key);
  }

  RowPosition key(List<String> newKey) {
    return new RowPosition(since, newKey);
  }
}
