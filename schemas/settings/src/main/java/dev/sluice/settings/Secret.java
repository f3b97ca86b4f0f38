package dev.sluice.settings;

/**
 * A value that is never printed: {@link #toString} gives {@code ***}.
 *
 * @param reveal the value itself, for the one place that needs it
 */
public record Secret(String reveal) {

  @Override
  public String toString() {
    return reveal.isEmpty() ? "" : "***";
  }
}
