package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.timelines.ReadingOptions;
import dev.sluice.timelines.Timelines;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Timelines of a gateway whose Redis is away: what is refused before anything is read. */
class GatewayTimelinesTest {
  private static final String CURSOR = "AQAAAaIXkAAAGaIXkAAAAAA";

  private final Database database =
      Database.open(
          DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  private final Timelines timelines =
      Timelines.open(ReadingOptions.of(database.dataSource(), URI.create("redis://127.0.0.1:1")));
  private final Edge edge = Edge.serving(timelines);

  @AfterEach
  void close() {
    edge.close();
    timelines.close();
    database.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"public", "following/7", "profile/7", "likes/7"})
  void a_gateway_that_serves_none_answers_404_and_what_to_set(String path) {
    try (Edge without = Edge.open()) {
      Answer answer =
          without.send(
              without
                  .to("/v1/timelines/" + path)
                  .setHeader("Authorization", "Bearer " + Edge.OTHER_TOKEN)
                  .GET());

      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.problem()).isEqualTo("not-found");
      assertThat(answer.json().path("detail").stringValue()).contains("gateway.timelines");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"public", "following/7", "profile/7"})
  void a_token_that_may_not_read_them_is_403(String path) {
    Answer answer = edge.get("/v1/timelines/" + path);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.problem()).isEqualTo("forbidden");
  }

  @Test
  void without_a_token_it_is_401() {
    Answer answer =
        edge.send(edge.to("/v1/timelines/public").setHeader("Authorization", "Bearer none").GET());

    assertThat(answer.status()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "likes/7, path.kind",
    "public/7, path.kind",
    "following/me, path.user",
    "profile/-1, path.user",
    "profile/9223372036854775808, path.user",
    "profile/12345678901234567890, path.user"
  })
  void what_is_no_timeline_is_404_and_says_why(String path, String place) {
    Answer answer = get(path);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(errors(answer)).contains(place);
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, query.limit",
    "limit=201, query.limit",
    "limit=ten, query.limit",
    "limit=, query.limit",
    "limit=99999999999, query.limit",
    "limit=1&limit=2, query.limit",
    "cursor=, query.cursor",
    "cursor=next, query.cursor",
    "cursor=%21%21, query.cursor",
    "cursor=AgAAAAAAAAAAAAAAAAAAAAA, query.cursor",
    "page=2, query.page"
  })
  void a_wrong_parameter_is_400_with_its_name(String query, String place) {
    Answer answer = get("following/7?" + query);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem()).isEqualTo("bad-request");
    assertThat(errors(answer)).contains(place);
  }

  @Test
  void all_that_is_wrong_is_told_at_once() {
    assertThat(errors(get("public?limit=0&cursor=x&page=1")))
        .contains("query.limit", "query.cursor", "query.page");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"public", "following/7", "profile/9223372036854775807?limit=200&cursor=" + CURSOR})
  void while_redis_is_away_it_is_503_and_when_to_come_again(String path) {
    Answer answer = get(path);

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.problem()).isEqualTo("unavailable");
    assertThat(answer.json().path("detail").stringValue()).startsWith("Redis does not answer");
    assertThat(answer.header("Retry-After")).contains("2");
  }

  @Test
  void tasks_are_taken_all_the_same() {
    assertThat(get("public").status()).isEqualTo(503);
    assertThat(edge.post("/v1/tasks/clicks.record", "{}").status()).isEqualTo(202);
  }

  private Answer get(String path) {
    return edge.send(
        edge.to("/v1/timelines/" + path)
            .setHeader("Authorization", "Bearer " + Edge.OTHER_TOKEN)
            .GET());
  }

  private static String errors(Answer answer) {
    return answer.json().path("errors").toString();
  }
}
