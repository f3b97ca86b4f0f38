package dev.sluice.gateway;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/timelines/{kind}/{user}}, where the kind is following or profile, and {@code GET
 * /v1/timelines/public}: a page of posts, newest first.
 */
final class TimelineRoute implements Handler {
  static final String PATH = "/v1/timelines/{kind}/{user}";
  static final String PUBLIC = "/v1/timelines/public";

  private final Doorman doorman;
  private final @Nullable TimelinePages pages;

  /**
   * The route.
   *
   * @param pages null when no timelines are served
   */
  TimelineRoute(Doorman doorman, @Nullable TimelinePages pages) {
    this.doorman = doorman;
    this.pages = pages;
  }

  @Override
  public void handle(Context http) {
    HttpServletRequest request = http.req();
    Client client = doorman.admit(request);
    MediaTypes.refuseOtherAccept(request);
    if (pages == null) {
      throw Problem.of(
              ProblemType.NOT_FOUND,
              "this gateway serves no timelines; set gateway.timelines, redis.url and database.url")
          .refusal();
    }
    if (!client.mayReadTimelines()) {
      throw Problem.of(
              ProblemType.FORBIDDEN,
              "the token does not allow timelines; set timelines: true in its entry of"
                  + " gateway.tokens")
          .refusal();
    }
    Answers.json(http, 200, pages.read(timeline(http), PageParameters.read(request)));
  }

  private static TimelinePages.Source timeline(Context http) {
    if (!http.pathParamMap().containsKey("kind")) {
      return (timelines, page) -> timelines.everyone(page);
    }
    String kind = http.pathParam("kind");
    return switch (kind) {
      case "following" -> {
        long user = user(http.pathParam("user"));
        yield (timelines, page) -> timelines.following(user, page);
      }
      case "profile" -> {
        long user = user(http.pathParam("user"));
        yield (timelines, page) -> timelines.profile(user, page);
      }
      default ->
          throw Problem.at(
                  ProblemType.NOT_FOUND,
                  "path.kind",
                  "must be following or profile; the timeline of all users is " + PUBLIC)
              .refusal();
    };
  }

  private static long user(String text) {
    if (text.matches("[0-9]{1,19}")) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        // Of 19 digits and too large, and told below.
      }
    }
    throw Problem.at(
            ProblemType.NOT_FOUND, "path.user", "is no id of a user: a whole number below 2^63")
        .refusal();
  }
}
