package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.timelines.TimelineKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PostPlanTest {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final TimelineKeys KEYS = new TimelineKeys("");

  private final FollowerGraph graph = GeneratedGraph.of(200, new Random(3));
  private final List<PlannedPost> posts = PostPlan.of(graph, 300, NOW, new Random(3));

  @Test
  void the_celebrity_writes_and_old_posts_are_clearly_old() {
    assertThat(posts).filteredOn(p -> p.author() == graph.celebrity()).hasSizeGreaterThan(2);
    assertThat(posts).filteredOn(PlannedPost::old).hasSize(30);
    Instant retention = NOW.minus(Duration.ofDays(30));
    for (PlannedPost post : posts) {
      Instant createdAt = Instant.ofEpochMilli(post.payload().createdAt());
      assertThat(createdAt.isBefore(retention)).isEqualTo(post.old());
      assertThat(createdAt).isBeforeOrEqualTo(NOW);
    }
    assertThat(posts).extracting(p -> p.payload().post()).doesNotHaveDuplicates();
    assertThat(posts).extracting(PlannedPost::taskId).doesNotHaveDuplicates();
  }

  @Test
  void the_public_timeline_is_expected_to_hold_the_newest_of_all_posts_that_are_due() {
    ExpectedTimelines expected = ExpectedTimelines.of(graph, posts, 120, KEYS);

    ExpectedTimelines.Ids everyone = expected.timelines().get(KEYS.everyone());
    assertThat(everyone.count()).isEqualTo(120);
    for (int i = 1; i < everyone.count(); i++) {
      assertThat(everyone.get(i)).isLessThan(everyone.get(i - 1));
    }
  }

  @Test
  void entries_are_the_sum_over_timelines_of_the_posts_that_are_due() {
    long due = posts.stream().filter(post -> !post.old()).count();
    long toFollowers =
        posts.stream()
            .filter(post -> !post.old())
            .mapToLong(post -> graph.followerCount(post.author()))
            .sum();

    assertThat(ExpectedTimelines.of(graph, posts, Integer.MAX_VALUE, KEYS).entries())
        .isEqualTo(due + due + toFollowers);
  }

  @Test
  void a_timeline_that_only_old_posts_belong_to_is_expected_to_be_empty() {
    List<PlannedPost> old = posts.stream().filter(PlannedPost::old).toList();

    assertThat(ExpectedTimelines.of(graph, old, 120, KEYS).timelines()).isEmpty();
  }
}
