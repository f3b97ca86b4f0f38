package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static dev.sluice.timelines.handlers.TimelineFixture.CAP;
import static dev.sluice.timelines.handlers.TimelineFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.testkit.TaskOutcome;
import dev.sluice.testkit.TaskOutcome.Kind;
import dev.sluice.timelines.Follow;
import dev.sluice.timelines.PageRequest;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostFanOut;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.Timelines;
import dev.sluice.timelines.Unfollow;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/** A Redis in trouble costs no attempt and no entry. */
class RedisTroubleIT {
  private static final DevServices SERVICES =
      DevServices.start(ServiceOptions.of(ServiceKind.REDIS));

  @RegisterExtension
  final TimelineFixture fixture =
      new TimelineFixture(TimelineOptions.DEFAULTS, URI.create(SERVICES.redis().url()));

  @AfterAll
  static void stop() {
    SERVICES.close();
  }

  @Test
  void a_post_waits_while_redis_is_out_of_memory() throws Exception {
    fixture.redis().configSet("maxmemory", "1");
    assertThatAPostWaits();

    fixture.redis().configSet("maxmemory", "0");
    assertThatItArrives();
  }

  @Test
  void a_post_waits_while_redis_is_away_and_is_not_committed() throws Exception {
    SERVICES.redis().kill();
    assertThatAPostWaits();

    restart();
    assertThatItArrives();
  }

  @Test
  void a_deletion_waits_while_redis_is_away_and_is_not_committed() throws Exception {
    PostCreated post = fixture.post(1);
    fixture.write(post);
    SERVICES.redis().kill();

    assertThat(fixture.delete(post)).extracting(TaskOutcome::kind).containsExactly(Kind.SNOOZED);
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_post WHERE deleted_at IS NULL"))
        .isEqualTo(1);
    assertThat(fixture.count("SELECT posts FROM sluice_user")).isEqualTo(1);

    restart();
    fixture.sluice.advance(Duration.ofMinutes(1));
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_post WHERE deleted_at IS NULL")).isZero();
    assertThat(fixture.count("SELECT posts FROM sluice_user")).isZero();
  }

  @Test
  void edges_change_while_redis_is_away_and_their_timelines_follow() throws Exception {
    PostCreated kept = fixture.post(1);
    PostCreated gone = fixture.post(8, 1);
    fixture.write(kept);
    fixture.write(gone);
    fixture.handle(TimelineTasks.FOLLOW, new Follow(11, 8, 1));
    SERVICES.redis().kill();

    assertThat(fixture.handle(TimelineTasks.FOLLOW, new Follow(11, AUTHOR, 1)))
        .extracting(TaskOutcome::kind)
        .containsExactly(Kind.COMPLETED);
    assertThat(fixture.handle(TimelineTasks.UNFOLLOW, new Unfollow(11, 8, 2)))
        .extracting(TaskOutcome::kind)
        .containsExactly(Kind.COMPLETED);
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_follow WHERE active")).isEqualTo(1);

    restart();
    fixture.redis().zadd(fixture.keys.following(11), gone.createdAt(), ids(gone)[0]);
    fixture.sluice.advance(Duration.ofMinutes(2));
    assertThat(fixture.followingOf(11)).containsExactly(ids(kept));
  }

  @Test
  void a_full_timeline_is_filled_up_although_redis_was_lost_amid_a_removal() throws Exception {
    fixture.handle(TimelineTasks.FOLLOW, new Follow(11, 8, 1));
    for (int i = 0; i < CAP; i++) {
      fixture.write(fixture.post(8, i));
    }
    fixture.handle(TimelineTasks.FOLLOW, new Follow(11, AUTHOR, 1));
    fixture.write(fixture.post(50));
    fixture.timelines().timelines().following(11, PageRequest.first(1));

    // The entries can be removed, the mark cannot.
    allow("-del");
    fixture.handle(TimelineTasks.UNFOLLOW, new Unfollow(11, AUTHOR, 2));
    allow("+del");
    fixture.sluice.advance(Duration.ofMinutes(2));

    assertThat(fixture.timelines().timelines().following(11, PageRequest.first(CAP)).posts())
        .extracting(Post::author)
        .hasSize(CAP)
        .containsOnly(8L);
  }

  @Test
  void a_removal_waits_while_redis_is_away() throws Exception {
    PostCreated post = fixture.post(1);
    fixture.follow(AUTHOR, 11, 12, 13, 14, 15);
    fixture.write(post);
    fixture.execute("UPDATE sluice_post SET deleted_at = created_at");
    SERVICES.redis().kill();

    assertThat(
            fixture.handle(
                TimelineTasks.REMOVE, new PostFanOut(post.post(), AUTHOR, post.createdAt())))
        .extracting(TaskOutcome::kind)
        .containsExactly(Kind.SNOOZED);

    restart();
    fixture.redis().zadd(fixture.keys.following(15), post.createdAt(), ids(post)[0]);
    fixture.sluice.advance(Duration.ofMinutes(1));
    assertThat(fixture.followingOf(15)).isEmpty();
  }

  @Test
  void a_timeline_is_read_while_redis_takes_nothing() throws Exception {
    PostCreated post = fixture.post(1);
    fixture.write(post);
    try (Timelines reader = Timelines.open(fixture.reading())) {
      reader.profile(AUTHOR, PageRequest.first(10));
    }
    fixture.redis().keys(fixture.namespace + ":post:*").forEach(fixture.redis()::del);
    fixture.redis().configSet("maxmemory", "1");

    try (Timelines reader = Timelines.open(fixture.reading())) {
      assertThat(reader.profile(AUTHOR, PageRequest.first(10)).posts())
          .extracting(Post::text)
          .containsExactly("post 1");
    } finally {
      fixture.redis().configSet("maxmemory", "0");
    }
  }

  @Test
  void a_redis_that_lost_everything_has_it_again_when_it_is_read() throws Exception {
    fixture.follow(AUTHOR, 11);
    fixture.write(fixture.post(1));
    fixture.redis().flushAll();

    try (Timelines reader = Timelines.open(fixture.reading())) {
      assertThat(reader.following(11, PageRequest.first(10)).posts())
          .extracting(Post::text)
          .containsExactly("post 1");
    }
    assertThat(fixture.oldestFirst(fixture.keys.following(11))).hasSize(1);
  }

  private void allow(String change) {
    fixture
        .redis()
        .executeCommand(
            new CommandArguments(Protocol.Command.ACL).add("SETUSER").add("default").add(change));
  }

  private void restart() {
    SERVICES.redis().start();
    fixture.reconnect();
  }

  private void assertThatAPostWaits() throws Exception {
    assertThat(fixture.write(fixture.post(1)))
        .extracting(TaskOutcome::kind)
        .containsExactly(Kind.SNOOZED);
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_post")).isZero();
  }

  private void assertThatItArrives() throws Exception {
    fixture.sluice.advance(Duration.ofMinutes(1));
    assertThat(fixture.oldestFirst(fixture.keys.everyone())).hasSize(1);
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_post")).isEqualTo(1);
  }
}
