package dev.sluice.gateway;

import dev.sluice.redis.RedisUnavailable;
import dev.sluice.timelines.Page;
import dev.sluice.timelines.PageRequest;
import dev.sluice.timelines.Post;
import dev.sluice.timelines.Timelines;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pages of timelines as JSON. Ids are texts: they have 19 digits, more than a JavaScript number.
 *
 * <p>Threading: safe for use by any number of threads; some of them read at a time, so that a
 * database that hangs leaves threads to those who enqueue.
 */
final class TimelinePages {
  private static final Logger log = LoggerFactory.getLogger(TimelinePages.class);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final Timelines timelines;
  private final Semaphore reading;
  private final AtomicBoolean away = new AtomicBoolean();

  TimelinePages(Timelines timelines, int atOnce) {
    this.timelines = timelines;
    reading = new Semaphore(atOnce);
  }

  /** Which timeline is read. */
  @FunctionalInterface
  interface Source {
    Page read(Timelines timelines, PageRequest page) throws SQLException;
  }

  ObjectNode read(Source source, PageRequest request) {
    if (!reading.tryAcquire()) {
      throw away("too many read timelines at once");
    }
    try {
      Page page = source.read(timelines, request);
      away.set(false);
      return json(page);
    } catch (RedisUnavailable e) {
      throw away("Redis", e);
    } catch (SQLException e) {
      throw away("the database", e);
    } finally {
      reading.release();
    }
  }

  private Refusal away(String what, Exception e) {
    if (!away.getAndSet(true)) {
      log.warn("timelines cannot be read for now: {}", e.getMessage());
    }
    return away(what + " does not answer");
  }

  private static ObjectNode json(Page page) {
    ObjectNode answer = Answers.object();
    ArrayNode posts = answer.putArray("posts");
    for (Post post : page.posts()) {
      posts
          .addObject()
          .put("id", Long.toString(post.id()))
          .put("author", Long.toString(post.author()))
          .put("created_at", post.createdAt().toString())
          .put("text", post.text());
    }
    return answer.put("next", page.next());
  }

  private static Refusal away(String reason) {
    return Problem.of(ProblemType.UNAVAILABLE, reason + "; ask again later")
        .retryAfter(RETRY)
        .refusal();
  }
}
