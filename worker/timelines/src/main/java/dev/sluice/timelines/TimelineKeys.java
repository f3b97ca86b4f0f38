package dev.sluice.timelines;

/** Names of the Redis keys of timelines. */
public final class TimelineKeys {
  private final String namespace;
  private final String prefix;

  /**
   * @param namespace put in front with a colon; empty for none
   */
  public TimelineKeys(String namespace) {
    this.namespace = namespace.isEmpty() ? "" : namespace + ":";
    prefix = this.namespace + "timeline:";
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

  /**
   * The mark of a user's following timeline that is kept up by fan-outs although its owner may be
   * idle. Those that lack it may be left out.
   */
  public String kept(long user) {
    return kept(following(user));
  }

  /** The same of any timeline; in its slot of a Redis Cluster, so that both are lost together. */
  String kept(String timeline) {
    return prefix + "kept:{" + timeline + "}";
  }

  /** The mark of a timeline that has what was due before it was kept. */
  String built(String timeline) {
    return prefix + "built:{" + timeline + "}";
  }

  /** A post, as the shared cache has it. */
  String post(long post) {
    return namespace + "post:" + post;
  }

  /** What the truncation has done: a hash of {@code runs} and {@code removed}. */
  public String truncation() {
    return prefix + "truncation";
  }

  /** What one run of it did: a hash of {@code timelines} and {@code removed}. */
  public String truncation(String run) {
    return truncation() + ':' + run;
  }

  /** A glob that every timeline matches, and every mark of one. */
  public String pattern() {
    return prefix + "*";
  }
}
