package dev.sluice.message;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole {@link Message} as bytes, to be stored: properties, headers with their types, body.
 *
 * <p>Layout: {@code 'S'}, version 1, content type, content encoding, priority, correlation id,
 * reply-to, headers, then the length of the body in four bytes, and the body. Every part before the
 * body is a value as {@link HeaderValues} writes it.
 *
 * <p>Threading: stateless.
 */
public final class MessageBytes {
  private static final int MAGIC = 'S';
  private static final int VERSION = 1;

  private MessageBytes() {}

  /** The bytes of a message. */
  public static byte[] write(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 + message.body().length);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(MAGIC);
      out.writeByte(VERSION);
      HeaderValues.write(out, message.contentType());
      HeaderValues.write(out, message.contentEncoding());
      HeaderValues.write(out, message.priority());
      HeaderValues.write(out, message.correlationId());
      HeaderValues.write(out, message.replyTo());
      HeaderValues.write(out, message.headers());
      out.writeInt(message.body().length);
      out.write(message.body());
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
    return bytes.toByteArray();
  }

  /**
   * The message that {@link #write} got.
   *
   * @throws IllegalArgumentException when the bytes are no message
   */
  public static Message read(byte[] stored) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
      if (in.readUnsignedByte() != MAGIC || in.readUnsignedByte() != VERSION) {
        throw new IllegalArgumentException("these bytes are no stored message of version 1");
      }
      String contentType = text(in);
      String contentEncoding = text(in);
      if (!(HeaderValues.read(in) instanceof Integer priority)) {
        throw new IllegalArgumentException("a stored message has no priority");
      }
      String correlationId = text(in);
      String replyTo = text(in);
      Map<String, @Nullable Object> headers = headers(in);
      byte[] body = HeaderValues.bytes(in);
      return new Message(
          contentType, contentEncoding, priority, correlationId, replyTo, headers, body);
    } catch (IOException e) {
      throw new IllegalArgumentException("a stored message is cut off", e);
    }
  }

  private static @Nullable String text(DataInputStream in) throws IOException {
    Object value = HeaderValues.read(in);
    return value == null ? null : value.toString();
  }

  private static Map<String, @Nullable Object> headers(DataInputStream in) throws IOException {
    if (!(HeaderValues.read(in) instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("a stored message has no headers");
    }
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    map.forEach((name, value) -> headers.put(String.valueOf(name), value));
    return headers;
  }
}
