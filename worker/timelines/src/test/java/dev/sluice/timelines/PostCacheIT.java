package dev.sluice.timelines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostCacheIT {
  @RegisterExtension final ReadingFixture fixture = new ReadingFixture();

  @Test
  void a_post_comes_from_the_database_once_then_from_redis_then_from_the_process()
      throws Exception {
    Post post = fixture.post(7, 60);
    fixture.insert(post);
    PostCache first = fixture.open().posts();
    PostCache second = fixture.open().posts();

    assertThat(first.get(List.of(post.id()))).containsEntry(post.id(), post);
    assertThat(fixture.database.statements()).isEqualTo(1);
    assertThat(second.get(List.of(post.id()))).containsEntry(post.id(), post);
    fixture.loseRedis();
    assertThat(second.get(List.of(post.id()))).containsEntry(post.id(), post);
    assertThat(fixture.database.statements()).isZero();
  }

  @Test
  void what_redis_does_not_have_is_read_in_one_statement() throws Exception {
    Post[] posts =
        IntStream.range(0, 200).mapToObj(i -> fixture.post(7, 60 + i)).toArray(Post[]::new);
    fixture.insert(posts);
    List<Long> ids = List.of(posts).stream().map(Post::id).toList();
    PostCache cache = fixture.open().posts();
    cache.get(ids.subList(0, 50));
    fixture.database.statements();

    assertThat(fixture.open().posts().get(ids)).hasSize(200);

    assertThat(fixture.database.statements()).isEqualTo(1);
  }

  @Test
  void that_there_is_no_such_post_is_remembered_for_a_short_time() throws Exception {
    Post post = fixture.post(7, 60);
    PostCache cache = fixture.open().posts();

    assertThat(cache.get(List.of(post.id()))).isEmpty();
    assertThat(fixture.open().posts().get(List.of(post.id()))).isEmpty();

    assertThat(fixture.database.statements()).isEqualTo(1);
    assertThat(fixture.redis.ttl(fixture.keys.post(post.id()))).isBetween(1L, 5L);
  }

  @Test
  void a_young_post_that_is_not_committed_yet_is_there_as_soon_as_it_is() throws Exception {
    Post post = fixture.post(7, Duration.ofSeconds(1), 0);
    PostCache cache = fixture.open().posts();
    assertThat(cache.get(List.of(post.id()))).isEmpty();

    fixture.insert(post);

    assertThat(cache.get(List.of(post.id()))).containsValue(post);
  }

  @Test
  void a_deleted_post_is_gone_from_the_shared_cache_and_from_that_of_the_process()
      throws Exception {
    Post post = fixture.post(7, 60);
    fixture.insert(post);
    PostCache cache = fixture.open().posts();
    assertThat(cache.get(List.of(post.id()))).hasSize(1);

    cache.deleted(post.id());

    // The deletion is not even committed.
    assertThat(cache.get(List.of(post.id()))).isEmpty();
    assertThat(fixture.open().posts().get(List.of(post.id()))).isEmpty();
  }

  @Test
  void a_reader_that_was_overtaken_by_a_deletion_brings_nothing_back() throws Exception {
    Post post = fixture.post(7, 60);
    fixture.insert(post);
    PostCache reader = fixture.open().posts();
    PostCache deleter = fixture.open().posts();
    fixture.database.afterNextRead(
        () -> {
          deleter.deleted(post.id());
          fixture.delete(post.id());
        });

    assertThat(reader.get(List.of(post.id()))).isEmpty();

    assertThat(reader.get(List.of(post.id()))).isEmpty();
    assertThat(fixture.open().posts().get(List.of(post.id()))).isEmpty();
    assertThat(fixture.redis.get(fixture.keys.post(post.id()))).isEqualTo("deleted");
  }

  @Test
  void a_reader_of_the_old_row_between_tombstone_and_commit_brings_nothing_back() throws Exception {
    Post post = fixture.post(7, 60);
    fixture.insert(post);
    fixture.open().posts().deleted(post.id());

    assertThat(fixture.open().posts().get(List.of(post.id()))).isEmpty();
    fixture.delete(post.id());
    fixture.redis.del(fixture.keys.post(post.id()));

    assertThat(fixture.open().posts().get(List.of(post.id()))).isEmpty();
  }

  @Test
  void what_another_version_wrote_in_another_form_is_read_from_the_database() throws Exception {
    Post post = fixture.post(7, 60);
    fixture.insert(post);
    fixture.redis.set(fixture.keys.post(post.id()), "<post/>");

    assertThat(fixture.open().posts().get(List.of(post.id()))).containsValue(post);
  }

  @Test
  void the_replica_is_asked_first_and_the_primary_for_what_may_not_have_arrived_there()
      throws Exception {
    Post old = fixture.post(7, Duration.ofMinutes(1), 0);
    Post young = fixture.post(7, Duration.ofSeconds(1), 0);
    Post arrived = fixture.post(7, Duration.ofSeconds(2), 0);
    fixture.insert(old, young, arrived);
    try (Database lagging =
        Database.open(
            DatabaseOptions.of(
                "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"))) {
      lagging.migrate();
      ReadingFixture.insert(lagging.dataSource(), arrived);
      WatchedDataSource replica = new WatchedDataSource(lagging.dataSource());
      PostCache cache = fixture.open(reading -> reading.withReplica(replica)).posts();

      assertThat(cache.get(List.of(arrived.id()))).containsValue(arrived);
      assertThat(fixture.database.statements()).isZero();
      assertThat(cache.get(List.of(old.id(), young.id()))).containsOnlyKeys(young.id());
      assertThat(fixture.database.statements()).isEqualTo(1);
      assertThat(replica.statements()).isEqualTo(2);
    }
  }
}
