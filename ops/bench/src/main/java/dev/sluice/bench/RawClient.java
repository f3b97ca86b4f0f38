package dev.sluice.bench;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import dev.sluice.message.Message;
import dev.sluice.task.TaskIds;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The limit that Sluice is held against: amqp-client with nothing around it, publishing the same
 * properties, headers and body.
 *
 * <p>Threading: for one thread.
 */
final class RawClient implements AutoCloseable {
  private static final int PERSISTENT = 2;

  private final Connection connection;
  private final Channel channel;

  RawClient(String url) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url);
    factory.setAutomaticRecoveryEnabled(false);
    connection = factory.newConnection("sluice-bench-raw");
    channel = connection.createChannel();
  }

  /** Declares a quorum queue as Sluice does. */
  void declare(String queue) throws Exception {
    channel.queueDeclare(
        queue,
        true,
        false,
        false,
        Map.of("x-queue-type", "quorum", "x-delivery-limit", 1000000000));
  }

  void delete(String queue) throws Exception {
    channel.queueDelete(queue);
  }

  /** Whether there is such a queue; if not, this client is of no more use. */
  boolean exists(String queue) throws IOException {
    try {
      channel.queueDeclarePassive(queue);
      return true;
    } catch (IOException e) {
      if (e.getCause() instanceof ShutdownSignalException closed
          && closed.getReason() instanceof AMQP.Channel.Close close
          && close.getReplyCode() == AMQP.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  long depth(String queue) throws Exception {
    return channel.messageCount(queue);
  }

  /** Publishes and returns when all is confirmed; latency is from publish to confirm. */
  Histogram publish(String queue, Message template, long count, int window) throws Exception {
    channel.confirmSelect();
    Histogram latency = new ConcurrentHistogram(3);
    Semaphore free = new Semaphore(window);
    ConcurrentNavigableMap<Long, Long> sent = new ConcurrentSkipListMap<>();
    channel.addConfirmListener(
        (tag, multiple) -> {
          Map<Long, Long> confirmed =
              multiple ? sent.headMap(tag, true) : sent.subMap(tag, true, tag, true);
          long now = System.nanoTime();
          int n = 0;
          for (long at : confirmed.values()) {
            latency.recordValue(now - at);
            n++;
          }
          confirmed.clear();
          free.release(n);
        },
        (tag, multiple) -> {
          throw new IllegalStateException("the broker refused message " + tag);
        });
    for (long i = 0; i < count; i++) {
      free.acquire();
      sent.put(channel.getNextPublishSeqNo(), System.nanoTime());
      channel.basicPublish("", queue, true, properties(template), template.body());
    }
    free.acquire(window);
    return latency;
  }

  /** Publishes {@code count} messages and returns when all are confirmed. */
  void publishBatch(String queue, Message template, int count) throws Exception {
    channel.confirmSelect();
    for (int i = 0; i < count; i++) {
      channel.basicPublish("", queue, true, properties(template), template.body());
    }
    channel.waitForConfirmsOrDie();
  }

  /** Consumes until {@code count} tasks have arrived, acking every 50. */
  void consume(String queue, long count, int prefetch, Audit audit) throws Exception {
    channel.basicQos(prefetch, false);
    String tag =
        channel.basicConsume(
            queue,
            false,
            new DefaultConsumer(channel) {
              private long received;

              @Override
              public void handleDelivery(
                  String consumer, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                  throws IOException {
                audit.executed(properties.getHeaders().get("id").toString());
                if (++received % 50 == 0 || received == count) {
                  getChannel().basicAck(envelope.getDeliveryTag(), true);
                }
              }
            });
    audit.await();
    channel.basicCancel(tag);
  }

  /**
   * Consumes until {@link #cancel}.
   *
   * @param arrived hears each task id, on the connection's thread
   * @return the consumer
   */
  String takeAll(String queue, int prefetch, Consumer<String> arrived) throws Exception {
    return takeAll(queue, prefetch, (id, body) -> arrived.accept(id));
  }

  /** The same; {@code arrived} hears each task id and body. */
  String takeAll(String queue, int prefetch, BiConsumer<String, byte[]> arrived) throws Exception {
    channel.basicQos(prefetch, false);
    return channel.basicConsume(
        queue,
        false,
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String consumer, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
              throws IOException {
            arrived.accept(properties.getHeaders().get("id").toString(), body);
            getChannel().basicAck(envelope.getDeliveryTag(), false);
          }
        });
  }

  void cancel(String consumer) throws IOException {
    channel.basicCancel(consumer);
  }

  /** One message of a queue, taken and put back, for a comparison; null when it is empty. */
  @Nullable GetResponse peek(String queue) throws Exception {
    GetResponse one = channel.basicGet(queue, false);
    if (one != null) {
      channel.basicNack(one.getEnvelope().getDeliveryTag(), false, true);
    }
    return one;
  }

  private static AMQP.BasicProperties properties(Message template) {
    String id = TaskIds.next(Instant.now()).toString();
    Map<String, Object> headers = new HashMap<>(template.headers());
    headers.put("id", id);
    headers.put("root_id", id);
    return new AMQP.BasicProperties.Builder()
        .contentType(template.contentType())
        .contentEncoding(template.contentEncoding())
        .deliveryMode(PERSISTENT)
        .priority(template.priority())
        .correlationId(id)
        .headers(headers)
        .build();
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
