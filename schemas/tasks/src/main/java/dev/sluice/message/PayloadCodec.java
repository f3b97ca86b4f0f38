package dev.sluice.message;

import dev.sluice.task.TaskType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns payload records into the bodies of messages and back. Components become {@code kwargs} by
 * name; positional {@code args} fill them in order. Unknown arguments are ignored, missing ones get
 * Java's default, so that two versions of an application can run side by side.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class PayloadCodec {
  /** Default limit of a body, bytes, compressed or not. */
  public static final int DEFAULT_MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 100;
  private static final byte[] ARGS = "[[],".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EMBED =
      ",{\"callbacks\":null,\"errbacks\":null,\"chain\":null,\"chord\":null}]"
          .getBytes(StandardCharsets.US_ASCII);

  private final JsonMapper mapper;
  private final StraightReader straight;
  private final int maxBytes;

  /** A codec with the default limit of 1 MiB. */
  public PayloadCodec() {
    this(DEFAULT_MAX_BYTES);
  }

  /**
   * A codec that refuses bodies over {@code maxBytes}, also when they grow to more by
   * decompression.
   */
  public PayloadCodec(int maxBytes) {
    this.maxBytes = maxBytes;
    mapper =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(maxBytes)
                            .build())
                    // Python's json writes NaN and Infinity.
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // An amount must not become a double on its way through a tree.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();
    straight = new StraightReader(mapper);
  }

  /** The limit of a body in bytes. */
  public int maxBytes() {
    return maxBytes;
  }

  /** The body {@code [[], kwargs, embed]}, UTF-8. */
  public <P extends Record> byte[] encode(P payload) {
    byte[] kwargs = mapper.writeValueAsBytes(payload);
    byte[] body = new byte[ARGS.length + kwargs.length + EMBED.length];
    System.arraycopy(ARGS, 0, body, 0, ARGS.length);
    System.arraycopy(kwargs, 0, body, ARGS.length, kwargs.length);
    System.arraycopy(EMBED, 0, body, ARGS.length + kwargs.length, EMBED.length);
    return body;
  }

  /** The arguments that a payload becomes. */
  public <P extends Record> ObjectNode kwargs(P payload) {
    return mapper.valueToTree(payload);
  }

  /** The body with arguments given as a JSON object, as a command line has them. */
  public byte[] encode(ObjectNode kwargs) {
    ArrayNode body = mapper.createArrayNode();
    body.addArray();
    body.add(kwargs);
    ObjectNode embed = body.addObject();
    embed.putNull("callbacks").putNull("errbacks").putNull("chain").putNull("chord");
    return mapper.writeValueAsBytes(body);
  }

  /**
   * Reads arguments and callbacks.
   *
   * @throws BodyTooLarge when the body is over the limit, or would be once decompressed
   * @throws MalformedMessage when the body is no JSON {@code [args, kwargs, embed]}
   */
  public TaskBody parse(TaskMessage message) throws MalformedMessage {
    if (!message.contentType().equals(MessageCodec.JSON)) {
      throw new MalformedMessage(
          "content_type",
          "'" + message.contentType() + "' is not supported; use " + MessageCodec.JSON);
    }
    if (!message.contentEncoding().equalsIgnoreCase(MessageCodec.UTF_8)) {
      throw new MalformedMessage(
          "content_encoding",
          "'" + message.contentEncoding() + "' is not supported; use " + MessageCodec.UTF_8);
    }
    JsonNode root = read(decompressed(message));
    if (!(root instanceof ArrayNode body) || body.size() != 3) {
      throw new MalformedMessage("body", "expected [args, kwargs, embed]");
    }
    if (!(body.get(0) instanceof ArrayNode args)) {
      throw new MalformedMessage("body[0]", "expected the list of positional arguments");
    }
    if (!(body.get(1) instanceof ObjectNode kwargs)) {
      throw new MalformedMessage("body[1]", "expected the object of named arguments");
    }
    JsonNode embed = body.get(2);
    if (!embed.isNull() && !embed.isObject()) {
      throw new MalformedMessage("body[2]", "expected an object or null");
    }
    return new TaskBody(
        PythonTypes.unwrap(args),
        PythonTypes.unwrap(kwargs),
        embed instanceof ObjectNode object ? object : mapper.createObjectNode());
  }

  /**
   * The payload of an ordinary message, at half the cost of {@link #parse} and {@link
   * #payload(TaskType, TaskBody)}; null when it takes these two to read it, or to tell what is
   * wrong with it.
   */
  public <P extends Record> @Nullable P payload(TaskType<P> type, TaskMessage message) {
    boolean ordinary =
        message.contentType().equals(MessageCodec.JSON)
            && message.contentEncoding().equals(MessageCodec.UTF_8)
            && message.headers().get(Headers.COMPRESSION) == null
            && message.body().length <= maxBytes;
    return ordinary ? straight.read(type.payload(), message.body()) : null;
  }

  /**
   * The payload record that the arguments make.
   *
   * @throws MalformedMessage naming the argument that does not fit
   */
  public <P extends Record> P payload(TaskType<P> type, TaskBody body) throws MalformedMessage {
    try {
      return mapper.treeToValue(arguments(type, body), type.payload());
    } catch (JacksonException e) {
      throw new MalformedMessage(
          "body[1]" + pathOf(e), "does not fit " + type + ": " + e.getOriginalMessage());
    }
  }

  /**
   * All arguments by name.
   *
   * @throws MalformedMessage when there are more positional arguments than components
   */
  public ObjectNode arguments(TaskType<?> type, TaskBody body) throws MalformedMessage {
    if (body.args().isEmpty()) {
      return body.kwargs();
    }
    RecordComponent[] components = type.payload().getRecordComponents();
    if (body.args().size() > components.length) {
      throw new MalformedMessage(
          "body[0]",
          type + " takes " + components.length + " arguments, got " + body.args().size());
    }
    ObjectNode all = body.kwargs().deepCopy();
    for (int i = 0; i < body.args().size(); i++) {
      if (all.has(components[i].getName())) {
        throw new MalformedMessage(
            "body[0][" + i + "]", "'" + components[i].getName() + "' is given twice");
      }
      all.set(components[i].getName(), body.args().get(i));
    }
    return all;
  }

  private JsonNode read(byte[] json) throws MalformedMessage {
    try {
      JsonNode root = mapper.readTree(json);
      if (root.isMissingNode()) {
        throw new MalformedMessage("body", "empty");
      }
      return root;
    } catch (JacksonException e) {
      throw new MalformedMessage("body", "not JSON: " + e.getOriginalMessage());
    }
  }

  private byte[] decompressed(TaskMessage message) throws MalformedMessage {
    byte[] body = message.body();
    if (body.length > maxBytes) {
      throw new BodyTooLarge(maxBytes, body.length + " bytes");
    }
    Object compression = message.headers().get(Headers.COMPRESSION);
    if (compression == null) {
      return body;
    }
    if (!compression.equals("application/x-gzip")) {
      throw new MalformedMessage(
          "headers.compression", "'" + compression + "' is not supported; use zlib or none");
    }
    // Celery's "gzip" is a zlib stream.
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(body));
        ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      byte[] block = new byte[8192];
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        out.write(block, 0, n);
        if (out.size() > maxBytes) {
          throw new BodyTooLarge(maxBytes, "more, once decompressed");
        }
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new MalformedMessage("body", "not a zlib stream: " + e.getMessage());
    }
  }

  private static String pathOf(JacksonException e) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      path.append(
          step.getPropertyName() != null
              ? "." + step.getPropertyName()
              : "[" + step.getIndex() + "]");
    }
    return path.toString();
  }
}
