package dev.sluice.worker.control;

import dev.sluice.worker.WorkerControl;
import dev.sluice.worker.governor.Rate;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a worker says of itself, in the shapes that Celery's tools expect. */
final class Snapshots {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final double NANOS = 1e9;

  private final WorkerControl worker;
  private final LamportClock clock;

  Snapshots(WorkerControl worker, LamportClock clock) {
    this.worker = worker;
    this.clock = clock;
  }

  JsonNode stats() {
    WorkerControl.Stats stats = worker.stats();
    ObjectNode reply = JSON.objectNode();
    putTotal(reply.putObject("total"), stats);
    reply.put("pid", pid());
    // A string, as Celery has it.
    reply.put("clock", String.valueOf(clock.now()));
    reply.put("uptime", stats.uptime().toSeconds());
    ObjectNode pool = reply.putObject("pool");
    pool.put("implementation", "dev.sluice.worker");
    pool.put(
        "max-concurrency",
        stats.queues().values().stream().mapToInt(WorkerControl.Queue::concurrency).sum());
    pool.putArray("processes").add(pid());
    reply.putObject("broker").put("transport", "amqp");
    reply.put(
        "prefetch_count",
        stats.queues().values().stream().mapToInt(WorkerControl.Queue::prefetch).sum());
    putQueues(reply.putObject("queues"), stats);
    reply.set("governor", GovernorView.of(worker.governor().snapshot()));
    // The JVM knows the sum of user and system time only.
    reply.putObject("rusage").put("utime", cpuSeconds());
    return reply;
  }

  JsonNode active(boolean asText) {
    ArrayNode reply = JSON.arrayNode();
    for (WorkerControl.Running attempt : worker.active()) {
      ObjectNode info = reply.addObject();
      info.put("id", attempt.id());
      info.put("name", attempt.name());
      info.set("args", shown(attempt.args(), asText));
      info.set("kwargs", shown(attempt.kwargs(), asText));
      info.put("type", attempt.name());
      info.put("hostname", worker.node());
      info.put("time_start", seconds(attempt.started()));
      info.put("acknowledged", false);
      ObjectNode delivery = info.putObject("delivery_info");
      delivery.put("exchange", "");
      delivery.put("routing_key", attempt.queue());
      delivery.put("priority", 0);
      delivery.put("redelivered", attempt.redelivered());
      info.put("worker_pid", pid());
    }
    return reply;
  }

  JsonNode registered() {
    ArrayNode reply = JSON.arrayNode();
    worker.registered().stream().sorted().map(this::withRate).forEach(reply::add);
    return reply;
  }

  private String withRate(String taskName) {
    String type = worker.taskType(taskName);
    Rate rate = type == null ? null : worker.governor().limits(type).worker().rate();
    return rate == null ? taskName : taskName + " [rate_limit=" + rate + "]";
  }

  /** Celery counts attempts, whatever became of them. */
  private static void putTotal(ObjectNode total, WorkerControl.Stats stats) {
    Map<String, Long> attempts = new TreeMap<>(stats.completed());
    stats.failed().forEach((name, failed) -> attempts.merge(name, failed, Long::sum));
    attempts.forEach(total::put);
  }

  private static void putQueues(ObjectNode queues, WorkerControl.Stats stats) {
    stats
        .queues()
        .forEach(
            (name, queue) ->
                queues
                    .putObject(name)
                    .put("concurrency", queue.concurrency())
                    .put("prefetch", queue.prefetch())
                    .put("running", queue.running())
                    .put("waiting", queue.waiting())
                    .put("consuming", queue.consuming()));
  }

  /** Arguments as JSON, as text if asked for or clipped. */
  private static JsonNode shown(String json, boolean asText) {
    try {
      return asText ? JSON.stringNode(json) : MAPPER.readTree(json);
    } catch (JacksonException clipped) {
      return JSON.stringNode(json);
    }
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  private static double seconds(Instant time) {
    return time.getEpochSecond() + time.getNano() / NANOS;
  }

  private static double cpuSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(d -> d.toMillis() / 1e3)
        .orElse(0.0);
  }
}
