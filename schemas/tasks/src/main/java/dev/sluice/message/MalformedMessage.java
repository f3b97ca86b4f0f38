package dev.sluice.message;

/**
 * A message that is no task: {@code path} is the property, header or place in the body that is
 * wrong.
 */
public sealed class MalformedMessage extends Exception permits BodyTooLarge {
  private static final long serialVersionUID = 1L;

  private final String path;

  public MalformedMessage(String path, String reason) {
    super(path + ": " + reason);
    this.path = path;
  }

  /** Where it is wrong, for example {@code headers.retries} or {@code body[1].user}. */
  public String path() {
    return path;
  }
}
