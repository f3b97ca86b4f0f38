package dev.sluice.cli.demo;

import java.util.random.RandomGenerator;

/**
 * Makes a graph as social networks have them: the number of followers falls with a power of the
 * rank, and one celebrity is followed by everyone.
 */
final class GeneratedGraph {
  /** Users that each user follows, the celebrity and repeated draws apart. */
  private static final int FOLLOWEES = 8;

  /** Drawing rank n · u³ gives densities that fall with the power -2/3 of the rank. */
  private static final int SKEW = 3;

  private static final long CELEBRITY = 1;

  private GeneratedGraph() {}

  /**
   * A graph of users 1 to {@code users}, the first of them the celebrity.
   *
   * @param users at least 2
   * @param random the same seed gives the same graph
   */
  static FollowerGraph of(int users, RandomGenerator random) {
    if (users < 2) {
      throw new IllegalArgumentException("a graph needs at least 2 users, not " + users);
    }
    FollowerGraph.Builder graph = new FollowerGraph.Builder();
    for (long user = 2; user <= users; user++) {
      graph.follows(user, CELEBRITY);
      for (int i = 0; i < FOLLOWEES; i++) {
        graph.follows(user, 2 + (long) ((users - 1) * Math.pow(random.nextDouble(), SKEW)));
      }
    }
    return graph.build();
  }
}
