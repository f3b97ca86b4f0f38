package dev.sluice.worker.retention;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Everything that a worker truncates.
 *
 * <p>Threading: immutable.
 */
final class Parts {
  private final Map<String, Part> byName = new LinkedHashMap<>();

  /**
   * Parts of different names.
   *
   * @throws RetentionInvalid when two have one name
   */
  Parts(List<Part> parts) {
    for (Part part : parts) {
      if (byName.put(part.name(), part) != null) {
        throw new RetentionInvalid(
            "retention.tables."
                + part.table()
                + ": Sluice has a table of its own by this name; choose another one");
      }
    }
  }

  Collection<Part> all() {
    return byName.values();
  }

  /** What tasks may ask for. */
  TreeSet<String> tables() {
    TreeSet<String> tables = new TreeSet<>();
    all().forEach(part -> tables.add(part.table()));
    return tables;
  }

  /** The parts of a table: one for each database that has it; none when there is no such table. */
  List<Part> of(String table) {
    return all().stream().filter(part -> part.table().equals(table)).toList();
  }

  /**
   * The part of a name.
   *
   * @throws RetentionInvalid when there is none
   */
  Part named(String name) {
    Part part = byName.get(name);
    if (part == null) {
      throw new RetentionInvalid(
          "this worker has no retention for '%s', it has %s; add it to retention.tables of every worker"
              .formatted(name, byName.keySet()));
    }
    return part;
  }
}
