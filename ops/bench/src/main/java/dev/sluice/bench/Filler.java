package dev.sluice.bench;

/**
 * A payload of a given size that means nothing.
 *
 * @param text letters
 */
public record Filler(String text) {

  /** A payload whose body has about {@code bytes} bytes. */
  static Filler ofBytes(int bytes) {
    return new Filler("x".repeat(Math.max(0, bytes - 80)));
  }
}
