package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static dev.sluice.timelines.handlers.TimelineFixture.CAP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.RedisConnections;
import dev.sluice.worker.Outcome;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class PostIT {
  private TimelineFixture fixture;

  @BeforeEach
  void open() throws SQLException {
    fixture = new TimelineFixture();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void a_post_is_in_the_database_the_public_timeline_and_its_authors_profile() throws Exception {
    PostCreated post = fixture.post(1);

    fixture.write(post);

    List<Post> profile = fixture.timelines.reader().profile(AUTHOR, 10);
    assertThat(profile).singleElement().extracting(Post::text).isEqualTo("post 1");
    assertThat(fixture.timelines.reader().everyone(10)).isEqualTo(profile);
  }

  @Test
  void timelines_end_up_the_same_in_whatever_order_posts_are_written() throws Exception {
    List<PostCreated> posts =
        new ArrayList<>(IntStream.range(0, 3 * CAP).mapToObj(fixture::post).toList());
    List<String> newest =
        posts.subList(2 * CAP, 3 * CAP).stream().map(p -> Long.toString(p.post())).toList();
    Collections.shuffle(posts, new Random(42));

    for (PostCreated post : posts) {
      fixture.write(post);
    }

    assertThat(fixture.oldestFirst(fixture.keys.everyone())).isEqualTo(newest);
    assertThat(fixture.oldestFirst(fixture.keys.profile(AUTHOR))).isEqualTo(newest);
  }

  @Test
  void the_profile_has_the_post_before_the_fan_out_is_planned() throws Exception {
    fixture.execute("DROP TABLE sluice_follow");
    PostCreated post = fixture.post(1);

    assertThatThrownBy(() -> fixture.write(post)).isInstanceOf(SQLException.class);

    assertThat(fixture.oldestFirst(fixture.keys.profile(AUTHOR)))
        .containsExactly(Long.toString(post.post()));
  }

  @Test
  void an_id_in_a_timeline_without_a_post_is_not_read() throws Exception {
    fixture.write(fixture.post(1));
    fixture.redis.zadd(fixture.keys.everyone(), 1, "4711");

    assertThat(fixture.timelines.reader().everyone(10)).hasSize(1);
  }

  @Test
  void the_same_post_under_another_task_id_changes_nothing() throws Exception {
    fixture.write(fixture.post(1));

    assertThat(fixture.write(fixture.post(1))).isEqualTo(Outcome.completed());

    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_post")).isEqualTo(1);
  }

  @Test
  void another_post_with_an_id_that_is_taken_is_dead() throws Exception {
    PostCreated post = fixture.post(1);
    fixture.write(post);

    Outcome outcome =
        fixture.write(new PostCreated(post.post(), AUTHOR + 1, post.createdAt(), "mine"));

    assertThat(outcome).isInstanceOf(Outcome.Dead.class);
  }

  @Test
  void a_redis_out_of_memory_costs_no_attempt() throws Exception {
    try (DevServices services = DevServices.start(ServiceOptions.of(ServiceKind.REDIS));
        RedisClient full = RedisConnections.open(URI.create(services.redis().url()))) {
      TimelineHandlers timelines =
          new TimelineHandlers(
              fixture.database.dataSource(),
              full,
              fixture.options,
              InstantSource.fixed(TimelineFixture.NOW));
      assertThat(write(timelines)).isEqualTo(Outcome.completed());
      full.configSet("maxmemory", "1");

      assertThat(write(timelines)).isInstanceOf(Outcome.Snooze.class);

      full.configSet("maxmemory", "0");
      assertThat(write(timelines)).isEqualTo(Outcome.completed());
    }
  }

  @Test
  void a_redis_that_is_away_costs_no_attempt_and_the_post_is_not_committed() throws Exception {
    try (DevServices services = DevServices.start(ServiceOptions.of(ServiceKind.REDIS));
        RedisClient away = RedisConnections.open(URI.create(services.redis().url()))) {
      TimelineHandlers timelines =
          new TimelineHandlers(
              fixture.database.dataSource(),
              away,
              fixture.options,
              InstantSource.fixed(TimelineFixture.NOW));
      services.redis().kill();
      assertThat(write(timelines)).isInstanceOf(Outcome.Snooze.class);

      services.redis().start();
      assertThat(write(timelines)).isEqualTo(Outcome.completed());
    }
  }

  private Outcome write(TimelineHandlers timelines) throws Exception {
    try (Connection connection = fixture.database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      Outcome outcome =
          timelines.postHandler().handle(fixture.post(1), fixture.task.in(connection), connection);
      connection.rollback();
      return outcome;
    }
  }
}
