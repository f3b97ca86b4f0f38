package dev.sluice.message;

/** A message whose body is over the limit, as it is or once it is decompressed. */
public final class BodyTooLarge extends MalformedMessage {
  private static final long serialVersionUID = 1L;

  BodyTooLarge(int maxBytes, String size) {
    super("body", "at most " + maxBytes + " bytes are allowed, got " + size);
  }
}
