package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.ReadingOptions;
import dev.sluice.timelines.TimelineOptions;
import dev.sluice.timelines.Timelines;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Timelines over HTTP, from a real Redis. */
class GatewayTimelinesIT {
  private static final Instant THEN = Instant.parse("2026-11-20T12:00:00Z");

  private final Database database =
      Database.open(
          DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  private final Timelines timelines =
      Timelines.open(
          ReadingOptions.of(database.dataSource(), URI.create(DevServices.shared().redis().url()))
              .withTimelines(
                  TimelineOptions.DEFAULTS.withNamespace(
                      "g" + UUID.randomUUID().toString().substring(0, 8))));
  private final Edge edge = Edge.serving(timelines);

  @BeforeEach
  void migrate() {
    database.migrate();
  }

  @AfterEach
  void close() {
    edge.close();
    timelines.close();
    database.close();
  }

  @Test
  void pages_follow_each_other_by_their_cursors() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(0, Long.toString(post(7, i)));
    }
    execute("INSERT INTO sluice_follow (author, follower) VALUES (7, 1)");

    for (String path : List.of("following/1", "profile/7", "public")) {
      List<String> read = new ArrayList<>();
      JsonNode page = get(path + "?limit=2");
      while (true) {
        page.path("posts").forEach(post -> read.add(post.path("id").stringValue()));
        if (page.path("next").isNull()) {
          break;
        }
        page = get(path + "?limit=2&cursor=" + page.path("next").stringValue());
      }
      assertThat(read).as(path).isEqualTo(ids);
    }
  }

  @Test
  void a_post_has_its_author_its_time_and_its_text() throws Exception {
    long id = post(7, 0);

    assertThat(get("profile/7").toString())
        .isEqualTo(
            "{\"posts\":[{\"id\":\""
                + id
                + "\",\"author\":\"7\",\"created_at\":\"2026-11-20T12:00:00Z\",\"text\":\"post"
                + " 0\"}],\"next\":null}");
  }

  @Test
  void a_database_that_is_away_is_503() {
    database.close();

    Answer answer = send("following/1");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().path("detail").stringValue())
        .startsWith("the database does not answer");
    assertThat(answer.header("Retry-After")).isPresent();
  }

  private JsonNode get(String path) {
    Answer answer = send(path);
    assertThat(answer.status()).isEqualTo(200);
    return answer.json();
  }

  private Answer send(String path) {
    return edge.send(
        edge.to("/v1/timelines/" + path)
            .setHeader("Authorization", "Bearer " + Edge.OTHER_TOKEN)
            .GET());
  }

  private long post(long author, int second) throws SQLException {
    Instant at = THEN.plusSeconds(second);
    long id = PostIds.of(at, 0);
    execute(
        "INSERT INTO sluice_post (id, author, created_at, text) VALUES (%d, %d, '2026-11-20 12:00:%02d', 'post %d')"
            .formatted(id, author, second, second));
    return id;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
