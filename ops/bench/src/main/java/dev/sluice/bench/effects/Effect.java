package dev.sluice.bench.effects;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one task of a write scenario is to leave in the database.
 *
 * @param taskId for the inbox
 * @param number distinct in a round
 * @param text what the row carries
 */
public record Effect(String taskId, long number, String text) {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Of a message as Sluice and Celery put it on the broker: {@code [args, kwargs, embed]}. */
  public static Effect of(String taskId, byte[] body) {
    JsonNode kwargs = JSON.readTree(body).get(1);
    return new Effect(taskId, kwargs.get("number").asLong(), kwargs.get("text").asString());
  }
}
