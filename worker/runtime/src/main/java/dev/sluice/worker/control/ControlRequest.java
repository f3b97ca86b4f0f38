package dev.sluice.worker.control;

import dev.sluice.message.MalformedMessage;
import dev.sluice.message.Message;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request of Celery's remote control (Kombu's {@code pidbox}).
 *
 * @param method name of the command
 * @param arguments named arguments of the command
 * @param destination names of the nodes that are meant; empty for no restriction
 * @param pattern what the name of a node must match; null for no restriction
 * @param matcher how {@code pattern} is written, {@code glob} or {@code pcre}
 * @param ticket identifies the request in its replies
 * @param replyTo where replies go; null when none is wanted
 * @param clock the sender's logical time; 0 when it has none
 */
record ControlRequest(
    String method,
    ObjectNode arguments,
    List<String> destination,
    @Nullable String pattern,
    @Nullable String matcher,
    @Nullable String ticket,
    @Nullable ReplyTo replyTo,
    long clock) {

  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 20;
  // Celery's own, which its clients declare before they ask, and the default exchange.
  private static final Set<String> REPLY_EXCHANGES = Set.of("reply.celery.pidbox", "");
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  // Python's json writes NaN and Infinity.
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .build();

  /** The exchange and the routing key of a reply. */
  record ReplyTo(String exchange, String routingKey) {}

  /**
   * Reads a request. Keys that this class has no name for are ignored.
   *
   * @throws MalformedMessage naming what is wrong
   */
  static ControlRequest read(Message message) throws MalformedMessage {
    if (message.body().length > MAX_BYTES) {
      throw new MalformedMessage(
          "body", "at most " + MAX_BYTES + " bytes, got " + message.body().length);
    }
    if (!(parse(message.body()) instanceof ObjectNode body)) {
      throw new MalformedMessage("body", "expected an object");
    }
    String method = text(body, "method");
    if (method == null) {
      throw new MalformedMessage("body.method", "missing");
    }
    return new ControlRequest(
        method,
        object(body, "arguments"),
        texts(body, "destination"),
        text(body, "pattern"),
        text(body, "matcher"),
        text(body, "ticket"),
        replyTo(body),
        message.headers().get("clock") instanceof Number clock ? clock.longValue() : 0);
  }

  /**
   * Whether {@code node} is meant.
   *
   * @throws ControlException when the pattern is none
   */
  boolean isFor(String node) throws ControlException {
    if (!destination.isEmpty()) {
      return destination.contains(node);
    }
    return pattern == null
        || pattern.isEmpty()
        || matcher == null
        || matcher.isEmpty()
        || NodeMatcher.matches(node, pattern, matcher);
  }

  private static JsonNode parse(byte[] body) throws MalformedMessage {
    try {
      return MAPPER.readTree(body);
    } catch (JacksonException e) {
      throw new MalformedMessage("body", "not JSON: " + e.getOriginalMessage());
    }
  }

  private static @Nullable String text(ObjectNode from, String key) throws MalformedMessage {
    JsonNode value = from.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw new MalformedMessage("body." + key, "expected a string");
    }
    return value.asString();
  }

  private static ObjectNode object(ObjectNode from, String key) throws MalformedMessage {
    JsonNode value = from.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return MAPPER.createObjectNode();
    }
    if (!(value instanceof ObjectNode object)) {
      throw new MalformedMessage("body." + key, "expected an object");
    }
    return object;
  }

  private static List<String> texts(ObjectNode from, String key) throws MalformedMessage {
    JsonNode value = from.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return List.of();
    }
    if (!(value instanceof ArrayNode array)) {
      throw new MalformedMessage("body." + key, "expected a list of strings");
    }
    return array.valueStream().map(JsonNode::asString).toList();
  }

  private static @Nullable ReplyTo replyTo(ObjectNode body) throws MalformedMessage {
    ObjectNode value = object(body, "reply_to");
    String exchange = text(value, "exchange");
    String routingKey = text(value, "routing_key");
    if (exchange == null || routingKey == null) {
      return null;
    }
    // Publishing to an exchange that does not exist costs everybody's publishing channel.
    if (!REPLY_EXCHANGES.contains(exchange)) {
      throw new MalformedMessage(
          "body.reply_to.exchange", "expected one of " + REPLY_EXCHANGES + ", got " + exchange);
    }
    return new ReplyTo(exchange, routingKey);
  }
}
