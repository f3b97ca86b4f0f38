package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostIds;
import java.sql.SQLException;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A fan-out on the real database, whose driver and types differ from H2's. */
class FanOutOnServerIT {
  private TimelineFixture fixture;

  @BeforeEach
  void open() throws SQLException {
    DatabaseService server = DevServices.shared().database();
    fixture =
        new TimelineFixture(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
  }

  @AfterEach
  void close() throws SQLException {
    fixture.execute("DROP TABLE outbox");
    fixture.close();
  }

  @Test
  void a_large_fan_out_keeps_the_milliseconds_of_its_post() throws Exception {
    fixture.follow(AUTHOR, LongStream.rangeClosed(1, 10).toArray());
    Instant createdAt = Instant.parse("2026-11-21T11:59:59.987Z");
    PostCreated post =
        new PostCreated(PostIds.of(createdAt, 1), AUTHOR, createdAt.toEpochMilli(), "ünï 🎉");

    fixture.write(post);
    fixture.drain(0);

    for (long follower = 1; follower <= 10; follower++) {
      assertThat(fixture.redis.zscore(fixture.keys.following(follower), Long.toString(post.post())))
          .isEqualTo(createdAt.toEpochMilli());
    }
    assertThat(fixture.timelines.reader().following(1, 5))
        .containsExactly(new Post(post.post(), AUTHOR, createdAt, "ünï 🎉"));
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_fan_out WHERE done_at IS NOT NULL"))
        .isEqualTo(1);
  }
}
