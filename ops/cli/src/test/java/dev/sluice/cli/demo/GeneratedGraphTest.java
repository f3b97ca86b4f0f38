package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GeneratedGraphTest {

  @Test
  void the_celebrity_is_followed_by_everyone_else() {
    FollowerGraph graph = GeneratedGraph.of(2_000, new Random(1));

    assertThat(graph.users()).isEqualTo(2_000);
    assertThat(graph.id(graph.celebrity())).isEqualTo(1);
    assertThat(graph.followerCount(graph.celebrity())).isEqualTo(1_999);
  }

  @Test
  void the_number_of_followers_falls_with_a_power_of_the_rank() {
    FollowerGraph graph = GeneratedGraph.of(20_000, new Random(1));
    int[] counts = IntStream.range(0, graph.users()).map(graph::followerCount).sorted().toArray();

    int all = Arrays.stream(counts).sum();
    int topPercent = Arrays.stream(counts, counts.length - 200, counts.length).sum();
    int median = counts[counts.length / 2];
    assertThat(topPercent).isGreaterThan(all / 5);
    assertThat(counts[counts.length - 2]).isGreaterThan(100 * median);
  }

  @Test
  void the_same_seed_gives_the_same_graph_and_the_same_posts() {
    FollowerGraph one = GeneratedGraph.of(500, new Random(7));
    FollowerGraph other = GeneratedGraph.of(500, new Random(7));

    for (int user = 0; user < one.users(); user++) {
      assertThat(one.followers(user).toArray()).isEqualTo(other.followers(user).toArray());
    }
    assertThat(PostPlan.of(one, 50, PostPlanTest.NOW, new Random(7)))
        .isEqualTo(PostPlan.of(other, 50, PostPlanTest.NOW, new Random(7)));
  }
}
