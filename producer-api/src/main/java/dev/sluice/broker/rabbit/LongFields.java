package dev.sluice.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.Frame;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Turns header fields of type {@code L} into type {@code l}. py-amqp writes every integer above
 * 2³¹−1 as {@code L}, RabbitMQ passes it on, and the Java client would close its connection over
 * it, again at every redelivery.
 */
final class LongFields {
  private static final int FLAG_CONTENT_TYPE = 1 << 15;
  private static final int FLAG_CONTENT_ENCODING = 1 << 14;
  private static final int FLAG_HEADERS = 1 << 13;
  private static final int AFTER_CLASS_WEIGHT_AND_SIZE = 12;

  private LongFields() {}

  /** Changes the payload of a content header in place; leaves every other frame alone. */
  static void makeReadable(Frame frame) {
    if (frame.getType() == AMQP.FRAME_HEADER) {
      makeReadable(frame.getPayload());
    }
  }

  static void makeReadable(byte[] contentHeader) {
    try {
      ByteBuffer in = ByteBuffer.wrap(contentHeader);
      in.position(AFTER_CLASS_WEIGHT_AND_SIZE);
      int flags = in.getShort() & 0xffff;
      if ((flags & FLAG_HEADERS) == 0) {
        return;
      }
      if ((flags & FLAG_CONTENT_TYPE) != 0) {
        skip(in, in.get() & 0xff);
      }
      if ((flags & FLAG_CONTENT_ENCODING) != 0) {
        skip(in, in.get() & 0xff);
      }
      table(in);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      // Not a frame that we understand: the client reads it, and says what is wrong with it.
    }
  }

  private static void table(ByteBuffer in) {
    int length = in.getInt();
    int end = in.position() + length;
    while (in.position() < end) {
      skip(in, in.get() & 0xff);
      value(in);
    }
  }

  private static void array(ByteBuffer in) {
    int length = in.getInt();
    int end = in.position() + length;
    while (in.position() < end) {
      value(in);
    }
  }

  private static void value(ByteBuffer in) {
    int at = in.position();
    byte type = in.get();
    switch (type) {
      case 'L' -> {
        in.put(at, (byte) 'l');
        skip(in, 8);
      }
      case 'S', 'x' -> skip(in, in.getInt());
      case 'F' -> table(in);
      case 'A' -> array(in);
      case 't', 'b', 'B' -> skip(in, 1);
      case 's', 'u' -> skip(in, 2);
      case 'I', 'i', 'f' -> skip(in, 4);
      case 'D' -> skip(in, 5);
      case 'l', 'd', 'T' -> skip(in, 8);
      case 'V' -> {}
      default -> throw new IllegalArgumentException("unknown field type " + type);
    }
  }

  private static void skip(ByteBuffer in, int bytes) {
    in.position(in.position() + bytes);
  }
}
