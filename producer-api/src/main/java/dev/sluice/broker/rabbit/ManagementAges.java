package dev.sluice.broker.rabbit;

import dev.sluice.loop.Loop;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks RabbitMQ's management API every five seconds, which is how often RabbitMQ itself counts, for
 * the queues that somebody wants to know the age of.
 *
 * <p>Threading: the loop's thread asks, any thread reads.
 */
final class ManagementAges implements Loop {
  private static final Logger log = LoggerFactory.getLogger(ManagementAges.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(4);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ManagementUrl url;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Set<String> wanted = ConcurrentHashMap.newKeySet();
  private final Map<String, Duration> ages = new ConcurrentHashMap<>();
  private final Map<String, AgeEstimator> estimators = new HashMap<>();
  private String problem = "";

  ManagementAges(ManagementUrl url) {
    this.url = url;
  }

  /** The age as it was found last; from now on it is asked for. */
  Optional<Duration> oldest(String queue) {
    wanted.add(queue);
    return Optional.ofNullable(ages.get(queue));
  }

  @Override
  public Duration runOnce() throws InterruptedException {
    String found = "";
    for (String queue : wanted) {
      String its = look(queue);
      found = its.isEmpty() ? found : its;
    }
    if (!found.equals(problem)) {
      problem = found;
      if (found.isEmpty()) {
        log.info("the management API at {} tells ages again", url);
      } else {
        log.warn("the management API at {} tells no ages: {}", url, found);
      }
    }
    return INTERVAL;
  }

  /** Returns what is wrong; empty when all is well. */
  private String look(String queue) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url.queue(queue))
            .timeout(TIMEOUT)
            .header("Authorization", url.authorization())
            .build();
    HttpResponse<String> response;
    try {
      response = client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      ages.remove(queue);
      return "it does not answer (" + e.getClass().getSimpleName() + ")";
    }
    if (response.statusCode() == 404) {
      ages.remove(queue);
      estimators.remove(queue);
      return "";
    }
    if (response.statusCode() != 200) {
      ages.remove(queue);
      return "it answers with status "
          + response.statusCode()
          + reason(response.body())
          + "; its user needs a right password, the tag 'management' and access to the virtual host";
    }
    return read(queue, response.body());
  }

  private static String reason(String body) {
    try {
      String reason = JSON.readTree(body).path("reason").asString("");
      return reason.isEmpty() ? "" : " (" + reason + ")";
    } catch (JacksonException e) {
      return "";
    }
  }

  private String read(String queue, String body) {
    JsonNode found;
    try {
      found = JSON.readTree(body);
    } catch (JacksonException e) {
      ages.remove(queue);
      return "it answers with what is no JSON; is this the management API?";
    }
    if (!found.has("messages_ready")) {
      // Not counted yet.
      ages.remove(queue);
      return "";
    }
    // Handed over for the first time: what is given back goes to the head and is not counted again.
    JsonNode stats = found.path("message_stats");
    long left = stats.path("deliver_get").asLong(0) - stats.path("redeliver").asLong(0);
    long waiting = found.path("messages_ready").asLong(0);
    Duration age =
        estimators
            .computeIfAbsent(queue, name -> new AgeEstimator())
            .add(new AgeEstimator.Look(System.nanoTime(), left, waiting))
            .orElse(Duration.ZERO);
    ages.put(queue, age);
    return "";
  }
}
