package dev.sluice.message;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Header values as bytes: one letter for the type, then the value; lengths and counts take four
 * bytes.
 */
final class HeaderValues {
  private static final int MAX_DEPTH = 100;

  private HeaderValues() {}

  static void write(DataOutputStream out, @Nullable Object value) throws IOException {
    if (value == null) {
      out.writeByte('0');
    } else if (value instanceof String text) {
      out.writeByte('s');
      writeText(out, text);
    } else if (value instanceof Boolean flag) {
      out.writeByte(flag ? 't' : 'f');
    } else if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      out.writeByte('i');
      out.writeInt(((Number) value).intValue());
    } else if (value instanceof Long number) {
      out.writeByte('l');
      out.writeLong(number);
    } else if (value instanceof Double || value instanceof Float) {
      out.writeByte('d');
      out.writeDouble(((Number) value).doubleValue());
    } else if (value instanceof BigDecimal number) {
      out.writeByte('b');
      out.writeInt(number.scale());
      writeBytes(out, number.unscaledValue().toByteArray());
    } else if (value instanceof Instant time) {
      out.writeByte('z');
      out.writeLong(time.getEpochSecond());
    } else if (value instanceof byte[] bytes) {
      out.writeByte('y');
      writeBytes(out, bytes);
    } else if (value instanceof List<?> list) {
      out.writeByte('[');
      out.writeInt(list.size());
      for (Object element : list) {
        write(out, element);
      }
    } else if (value instanceof Map<?, ?> map) {
      out.writeByte('{');
      out.writeInt(map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        writeText(out, String.valueOf(entry.getKey()));
        write(out, entry.getValue());
      }
    } else {
      // No type of AMQP: better kept as text than a message that cannot be stored.
      out.writeByte('s');
      writeText(out, value.toString());
    }
  }

  static @Nullable Object read(DataInputStream in) throws IOException {
    return read(in, 0);
  }

  static byte[] bytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IllegalArgumentException("a length of " + length + " in a stored message is wrong");
    }
    return in.readNBytes(length);
  }

  private static @Nullable Object read(DataInputStream in, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("headers of a stored message are nested too deeply");
    }
    int type = in.readUnsignedByte();
    return switch (type) {
      case '0' -> null;
      case 's' -> text(in);
      case 't' -> true;
      case 'f' -> false;
      case 'i' -> in.readInt();
      case 'l' -> in.readLong();
      case 'd' -> in.readDouble();
      case 'b' -> {
        int scale = in.readInt();
        yield new BigDecimal(new BigInteger(bytes(in)), scale);
      }
      case 'z' -> Instant.ofEpochSecond(in.readLong());
      case 'y' -> bytes(in);
      case '[' -> {
        int size = in.readInt();
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
          list.add(read(in, depth + 1));
        }
        yield list;
      }
      case '{' -> {
        int size = in.readInt();
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
          String name = text(in);
          map.put(name, read(in, depth + 1));
        }
        yield map;
      }
      default ->
          throw new IllegalArgumentException(
              "a stored message has a value of unknown type " + type);
    };
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }
}
