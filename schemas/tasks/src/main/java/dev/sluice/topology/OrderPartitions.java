package dev.sluice.topology;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The partition queues that tasks with an order key go to instead of their queue: {@code
 * QUEUE.order.0} to {@code QUEUE.order.7}. All tasks of a key are in one of them, and one consumer
 * at a time gets what is in it.
 */
public final class OrderPartitions {
  /** Never to change: a key's tasks would be in two queues. */
  public static final int COUNT = 8;

  private static final String INFIX = ".order.";
  private static final Pattern NAME = Pattern.compile("(.+)\\.order\\.[0-7]");

  private OrderPartitions() {}

  /**
   * The partition queue of an order key: the first four bytes of the SHA-256 of the key's UTF-8, as
   * an unsigned big-endian number, modulo {@link #COUNT}.
   *
   * @param queue its name on the broker
   * @throws IllegalArgumentException when the name leaves no room for the partition's number
   */
  public static String of(String queue, String orderKey) {
    byte[] start = new byte[4];
    System.arraycopy(sha256(orderKey), 0, start, 0, start.length);
    return name(queue, new BigInteger(1, start).mod(BigInteger.valueOf(COUNT)).intValue());
  }

  /** Every partition queue of a queue. */
  public static List<String> all(String queue) {
    return IntStream.range(0, COUNT).mapToObj(number -> name(queue, number)).toList();
  }

  /** The queue that a partition queue belongs to; null when the name is none of a partition. */
  public static @Nullable String queueOf(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() ? matcher.group(1) : null;
  }

  /** How a partition queue is declared: as the queue that it belongs to, as far as that can be. */
  public static QueueSpec spec(String partition, QueueSpec queue) {
    boolean classic =
        queue.profile() == QueueSpec.Profile.CLASSIC || queue.profile() == QueueSpec.Profile.CELERY;
    return new QueueSpec(
        partition, classic ? QueueSpec.Profile.ORDERED_CLASSIC : QueueSpec.Profile.ORDERED);
  }

  private static String name(String queue, int number) {
    String name = queue + INFIX + number;
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > DelayLadder.MAX_QUEUE_NAME_BYTES) {
      throw new IllegalArgumentException(
          "queue name '"
              + queue
              + "' is too long for order keys: with '"
              + INFIX
              + "0' behind it, it must have at most "
              + DelayLadder.MAX_QUEUE_NAME_BYTES
              + " bytes, has "
              + bytes);
    }
    return name;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
