package dev.sluice.settings;

import java.util.List;

/** Settings that cannot be used: each problem with its key, what is wrong and what is allowed. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * Settings that were read and cannot be used.
   *
   * @param source the file, or what else they were read from
   * @param problems one sentence for each, with its key; at least one
   */
  public SettingsException(String source, List<String> problems) {
    super(
        problems.size() == 1
            ? source + ": " + problems.get(0)
            : source + ":\n  " + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  static void throwIfAny(String source, List<String> problems) {
    if (!problems.isEmpty()) {
      throw new SettingsException(source, problems);
    }
  }

  /** One sentence for each problem. */
  public List<String> problems() {
    return problems;
  }
}
