package dev.sluice.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON that every reader understands in the same way (RFC 7493): UTF-8, no name twice, no
 * NaN, nothing behind the value, and no half characters; nested so deep as a worker takes it.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class StrictJson {
  /** Levels that a payload may be nested; a worker takes a few more. */
  static final int MAX_DEPTH = 64;

  /** Levels around a payload in a batch. */
  private static final int BATCH_DEPTH = 2;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH + BATCH_DEPTH)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          // An amount must go through as it was written.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          // Looked for here, and told in other words.
          .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** What the message of an exception tells to programmers of this side. */
  private static final Pattern INTERNALS = Pattern.compile(", from `[^`]*`| \\(start marker.*");

  private StrictJson() {}

  /** Reads a document; refuses it with the place and the reason. */
  static JsonNode read(byte[] document) {
    refuseOtherCharsets(document);
    JsonParser parser = MAPPER.createParser(document);
    try (parser) {
      JsonNode root = MAPPER.readTree(parser);
      if (root == null || root.isMissingNode()) {
        throw malformed(JsonPaths.ROOT, "the body is empty; send {} for a task without arguments");
      }
      if (parser.nextToken() != null) {
        throw malformed(JsonPaths.ROOT, "something follows the value");
      }
      if (mayHoldHalfCharacters(document)) {
        HalfCharacters.refuse(root);
      }
      return root;
    } catch (JacksonException e) {
      throw malformed(JsonPaths.of(parser.streamReadContext()), reason(e));
    }
  }

  /** The value as bytes, always the same for the same value. */
  static byte[] write(JsonNode value) {
    return MAPPER.writeValueAsBytes(value);
  }

  static Refusal malformed(String path, String reason) {
    return Problem.at(ProblemType.MALFORMED_JSON, path, reason).refusal();
  }

  private static String reason(JacksonException e) {
    String sentence = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("no JSON");
    return INTERNALS.matcher(sentence).replaceAll("");
  }

  /**
   * UTF-16 and UTF-32 have a zero among the first bytes of any JSON, or a mark that is no UTF-8.
   */
  private static void refuseOtherCharsets(byte[] document) {
    boolean ascii = true;
    for (int i = 0; i < document.length; i++) {
      if (document[i] == 0 && i < 4) {
        throw malformed(JsonPaths.ROOT, "the body is not UTF-8");
      }
      ascii &= document[i] >= 0;
    }
    if (ascii) {
      return;
    }
    try {
      // The parser takes what is longer than need be, and what lies beyond Unicode.
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document));
    } catch (CharacterCodingException e) {
      throw malformed(JsonPaths.ROOT, "the body is not UTF-8");
    }
  }

  private static boolean mayHoldHalfCharacters(byte[] document) {
    for (int i = 0; i + 2 < document.length; i++) {
      if (document[i] == '\\'
          && document[i + 1] == 'u'
          && (document[i + 2] == 'd' || document[i + 2] == 'D')) {
        return true;
      }
    }
    return false;
  }
}
