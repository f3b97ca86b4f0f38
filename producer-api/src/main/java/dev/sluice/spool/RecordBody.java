package dev.sluice.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.message.MessageBytes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RoutedMessage} as the body of a record; {@link SpoolFormat} draws it.
 *
 * <p>Threading: stateless.
 */
final class RecordBody {
  private static final long AT_ONCE = Long.MIN_VALUE;

  private RecordBody() {}

  static byte[] write(RoutedMessage routed) {
    byte[] queue = routed.queue().getBytes(UTF_8);
    byte[] message = MessageBytes.write(routed.message());
    Instant eta = routed.eta();
    return ByteBuffer.allocate(Integer.BYTES + queue.length + Long.BYTES + message.length)
        .putInt(queue.length)
        .put(queue)
        .putLong(eta == null ? AT_ONCE : eta.toEpochMilli())
        .put(message)
        .array();
  }

  static RoutedMessage read(byte[] body) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(body);
      String queue = queue(buffer);
      long millis = buffer.getLong();
      byte[] message = new byte[buffer.remaining()];
      buffer.get(message);
      return new RoutedMessage(queue, eta(millis), MessageBytes.read(message));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a spooled message is cut off", e);
    }
  }

  static String queue(byte[] body) {
    try {
      return queue(ByteBuffer.wrap(body));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a spooled message is cut off", e);
    }
  }

  private static String queue(ByteBuffer buffer) {
    int length = buffer.getInt();
    if (length < 0 || length > buffer.remaining()) {
      throw new IllegalArgumentException("a spooled message has no queue");
    }
    byte[] queue = new byte[length];
    buffer.get(queue);
    return new String(queue, UTF_8);
  }

  private static @Nullable Instant eta(long millis) {
    return millis == AT_ONCE ? null : Instant.ofEpochMilli(millis);
  }
}
