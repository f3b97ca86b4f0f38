package dev.sluice.scheduler;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@link JobSpec} as JSON, without its name. What another release left out takes its default, and
 * what it added is ignored, so that two releases can share a table.
 */
final class JobJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private JobJson() {}

  static String write(JobSpec job) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("task", job.task()).put("queue", job.queue());
    json.set("kwargs", Kwargs.tree(job.kwargs()));
    if (job.cron() != null) {
      json.put("cron", job.cron());
    }
    if (job.every() != null) {
      json.put("every", job.every().toString());
    }
    json.put("zone", job.zone())
        .put("misfire", text(job.misfire()))
        .put("jitter", job.jitter().toString())
        .put("overlap", text(job.overlap()))
        .put("timeout", job.timeout().toString())
        .put("enabled", job.enabled());
    return MAPPER.writeValueAsString(json);
  }

  /**
   * The job.
   *
   * @throws RuntimeException when it was written by a release whose values this one does not know
   */
  static JobSpec read(String name, String text) {
    JsonNode json = MAPPER.readTree(text);
    @Nullable String every = string(json, "every", null);
    return new JobSpec(
        name,
        json.path("task").asString(""),
        json.path("queue").asString(""),
        json.has("kwargs") ? Kwargs.read(json.get("kwargs").toString()) : Map.of(),
        string(json, "cron", null),
        every == null ? null : Duration.parse(every),
        json.path("zone").asString(JobSpec.UTC),
        MisfirePolicy.valueOf(constant(json, "misfire", MisfirePolicy.ONCE)),
        Duration.parse(json.path("jitter").asString("PT0S")),
        OverlapPolicy.valueOf(constant(json, "overlap", OverlapPolicy.ALLOW)),
        Duration.parse(json.path("timeout").asString(JobSpec.DEFAULT_TIMEOUT.toString())),
        json.path("enabled").asBoolean(true));
  }

  private static @Nullable String string(JsonNode json, String key, @Nullable String without) {
    return json.has(key) ? json.get(key).asString() : without;
  }

  private static String constant(JsonNode json, String key, Enum<?> without) {
    return json.path(key).asString(without.name()).toUpperCase(Locale.ROOT);
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
