package dev.sluice.bench;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.sluice.bench.effects.Effect;
import dev.sluice.bench.peers.Contender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limit of what writes: amqp-client and JDBC with nothing around them. It reads each message as
 * far as the row needs it, applies batches in the consumer's thread, and acks a whole batch.
 *
 * <p>Threading: each channel's batch is its consumer thread's alone.
 */
final class RawWriter implements Contender {
  static final int BATCH = 500;
  static final int PREFETCH = 2000;

  private final Connection connection;
  private final Plan plan;
  private volatile @Nullable Exception failure;

  RawWriter(String url, Plan plan) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url);
    factory.setAutomaticRecoveryEnabled(false);
    connection = factory.newConnection("sluice-bench-raw");
    this.plan = plan;
  }

  /**
   * How it works.
   *
   * @param channels each with a consumer
   * @param batch tasks of a transaction
   * @param tasks after so many the last batch of a channel is not waited for to be full
   * @param applying what is done with a batch
   */
  record Plan(String queue, int channels, int batch, long tasks, Applying applying) {}

  /** What is done with a batch. */
  @FunctionalInterface
  interface Applying {
    void apply(List<Effect> batch) throws SQLException;
  }

  @Override
  public void start() throws IOException {
    for (int i = 0; i < plan.channels(); i++) {
      Channel channel = connection.createChannel();
      channel.basicQos(PREFETCH, false);
      channel.basicConsume(plan.queue(), false, new Applier(channel));
    }
  }

  private final class Applier extends DefaultConsumer {
    private final List<Effect> batch = new ArrayList<>(plan.batch());
    private long received;

    Applier(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String consumer, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
        throws IOException {
      batch.add(Effect.of(properties.getHeaders().get("id").toString(), body));
      if (++received < plan.tasks() && batch.size() < plan.batch()) {
        return;
      }
      try {
        plan.applying().apply(batch);
      } catch (SQLException e) {
        failure = e;
        throw new IOException(e);
      }
      getChannel().basicAck(envelope.getDeliveryTag(), true);
      batch.clear();
    }
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
