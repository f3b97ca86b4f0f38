package dev.sluice.bench;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.sluice.bench.effects.Effect;
import dev.sluice.bench.effects.EffectTables;
import dev.sluice.bench.peers.Contender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limit of the write scenario: amqp-client and JDBC with nothing around them. It reads each
 * message as far as the row needs it, writes batches of 500 in the consumer's thread, commits, and
 * acks the whole batch.
 *
 * <p>Threading: the batch is the consumer thread's alone.
 */
final class RawWriter implements Contender {
  static final int BATCH = 500;
  static final int PREFETCH = 2000;

  private final Connection connection;
  private final String queue;
  private final EffectTables tables;
  private final long tasks;
  private volatile @Nullable Exception failure;

  RawWriter(String url, String queue, EffectTables tables, long tasks) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url);
    factory.setAutomaticRecoveryEnabled(false);
    connection = factory.newConnection("sluice-bench-raw");
    this.queue = queue;
    this.tables = tables;
    this.tasks = tasks;
  }

  @Override
  public void start() throws IOException {
    Channel channel = connection.createChannel();
    channel.basicQos(PREFETCH, false);
    channel.basicConsume(
        queue,
        false,
        new DefaultConsumer(channel) {
          private final List<Effect> batch = new ArrayList<>(BATCH);
          private long received;

          @Override
          public void handleDelivery(
              String consumer, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
              throws IOException {
            batch.add(Effect.of(properties.getHeaders().get("id").toString(), body));
            if (++received < tasks && batch.size() < BATCH) {
              return;
            }
            try {
              tables.apply(batch);
            } catch (SQLException e) {
              failure = e;
              throw new IOException(e);
            }
            getChannel().basicAck(envelope.getDeliveryTag(), true);
            batch.clear();
          }
        });
  }

  @Override
  public void check() {
    Exception failed = failure;
    if (failed != null) {
      throw new IllegalStateException("the raw subject failed", failed);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
