package dev.sluice.cli.process;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether a process is well, and what is wrong. It is live unless it said that it failed for good;
 * it is ready when every check finds nothing wrong.
 *
 * <p>Threading: safe; checks are run by the thread that asks.
 */
public final class Health {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Map<String, Check> checks = new ConcurrentSkipListMap<>();
  private volatile String failure = "";

  /** Looks at one thing. */
  @FunctionalInterface
  public interface Check {
    /** What is wrong, in a sentence without secrets; empty when all is well. */
    Optional<String> problem() throws Exception;
  }

  /**
   * What is told to who asks.
   *
   * @param well whether all is well
   * @param checks the outcome of each check, {@code ok} or what is wrong
   */
  public record Report(boolean well, Map<String, String> checks) {
    String json() {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("status", well ? "up" : "down");
      answer.put("checks", checks);
      return JSON.writeValueAsString(answer);
    }
  }

  /** Adds a check, or replaces the one of that name. */
  public void check(String name, Check check) {
    checks.put(name, check);
  }

  /** The process cannot go on: it is no longer live. */
  public void failed(String reason) {
    failure = reason;
  }

  Report live() {
    String reason = failure;
    return new Report(reason.isEmpty(), Map.of("process", reason.isEmpty() ? "ok" : reason));
  }

  Report ready() {
    Map<String, String> found = new LinkedHashMap<>();
    checks.forEach((name, check) -> found.put(name, outcome(check)));
    boolean well = failure.isEmpty() && found.values().stream().allMatch("ok"::equals);
    return new Report(well, found);
  }

  private static String outcome(Check check) {
    try {
      return check.problem().orElse("ok");
    } catch (Exception e) {
      return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }
  }
}
