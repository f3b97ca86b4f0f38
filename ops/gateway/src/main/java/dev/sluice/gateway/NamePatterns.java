package dev.sluice.gateway;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A list of names, some of which end in {@code *} for any rest. */
final class NamePatterns {
  private final Set<String> names = new HashSet<>();
  private final List<String> beginnings = new ArrayList<>();

  NamePatterns(List<String> patterns) {
    for (String pattern : patterns) {
      if (pattern.endsWith("*")) {
        beginnings.add(pattern.substring(0, pattern.length() - 1));
      } else {
        names.add(pattern);
      }
    }
  }

  boolean include(String name) {
    return names.contains(name) || beginnings.stream().anyMatch(name::startsWith);
  }

  /** Whether every name there is is included. */
  boolean includeAll() {
    return beginnings.contains("");
  }
}
