package dev.sluice.timelines;

/** Names of the Redis keys of timelines. */
public final class TimelineKeys {
  private final String prefix;

  /**
   * @param namespace put in front with a colon; empty for none
   */
  public TimelineKeys(String namespace) {
    prefix = (namespace.isEmpty() ? "" : namespace + ":") + "timeline:";
  }

  /** Every post. */
  public String everyone() {
    return prefix + "public";
  }

  /** The posts of those whom a user follows. */
  public String following(long user) {
    return prefix + "following:" + user;
  }

  /** A user's own posts. */
  public String profile(long user) {
    return prefix + "profile:" + user;
  }

  /** Mark of a user whose timeline of those followed is complete, and kept so by fan-outs. */
  public String kept(long user) {
    return prefix + "kept:" + user;
  }

  /** What the truncation has done: a hash of {@code runs} and {@code removed}. */
  public String truncation() {
    return prefix + "truncation";
  }

  /** A glob that every timeline matches. */
  public String pattern() {
    return prefix + "*";
  }
}
