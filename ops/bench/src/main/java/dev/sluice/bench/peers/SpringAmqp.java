package dev.sluice.bench.peers;

import dev.sluice.bench.effects.Effect;
import dev.sluice.bench.effects.EffectTables;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.amqp.core.BatchMessageListener;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;

/**
 * Spring AMQP's listener containers, which ack by themselves after the listener has returned.
 *
 * <p>Threading: for one thread.
 */
public final class SpringAmqp implements Contender {
  /** As it stands in the output. */
  public static final String NAME = "spring-amqp";

  /** Settings of {@link #writing}. */
  public static final String WRITING =
      "spring-amqp: SimpleMessageListenerContainer, consumer batches of 500, prefetch 1000, 2"
          + " consumers, one transaction and one ack a batch";

  /** Settings of {@link #draining}. */
  public static final String DRAINING =
      "spring-amqp: DirectMessageListenerContainer, 2 consumers, prefetch 500, ack every 50";

  private static final int BATCH = 500;
  private static final int CONSUMERS = 2;
  private static final int BATCH_WAIT_MILLIS = 10;
  private static final int ACK_EVERY = 50;

  private final CachingConnectionFactory connections;
  private final AbstractMessageListenerContainer container;

  private SpringAmqp(
      CachingConnectionFactory connections, AbstractMessageListenerContainer container) {
    this.connections = connections;
    this.container = container;
  }

  /** Applies what is on the queue to the tables, in batches. */
  public static SpringAmqp writing(String url, String queue, EffectTables tables) {
    CachingConnectionFactory connections = connect(url);
    SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(connections);
    container.setConsumerBatchEnabled(true);
    container.setBatchSize(BATCH);
    container.setBatchReceiveTimeout(BATCH_WAIT_MILLIS);
    container.setPrefetchCount(2 * BATCH);
    container.setConcurrentConsumers(CONSUMERS);
    container.setQueueNames(queue);
    container.setMessageListener((BatchMessageListener) batch -> apply(tables, batch));
    return new SpringAmqp(connections, container);
  }

  /**
   * Hands what is on the queue to {@code applying} one by one.
   *
   * @param consumers each with a thread
   */
  public static SpringAmqp single(
      String url, String queue, int consumers, Consumer<Effect> applying) {
    CachingConnectionFactory connections = connect(url);
    DirectMessageListenerContainer container = new DirectMessageListenerContainer(connections);
    container.setConsumersPerQueue(consumers);
    container.setPrefetchCount(BATCH);
    container.setQueueNames(queue);
    container.setMessageListener(
        message -> applying.accept(Effect.of(taskId(message), message.getBody())));
    return new SpringAmqp(connections, container);
  }

  /** Hands every task id on the queue to {@code executed}. */
  public static SpringAmqp draining(
      String url, String queue, int prefetch, Consumer<String> executed) {
    CachingConnectionFactory connections = connect(url);
    DirectMessageListenerContainer container = new DirectMessageListenerContainer(connections);
    container.setConsumersPerQueue(CONSUMERS);
    container.setPrefetchCount(prefetch);
    container.setMessagesPerAck(ACK_EVERY);
    container.setQueueNames(queue);
    container.setMessageListener(message -> executed.accept(taskId(message)));
    return new SpringAmqp(connections, container);
  }

  private static CachingConnectionFactory connect(String url) {
    return new CachingConnectionFactory(URI.create(url));
  }

  private static void apply(EffectTables tables, List<Message> batch) {
    try {
      tables.apply(
          batch.stream().map(message -> Effect.of(taskId(message), message.getBody())).toList());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String taskId(Message message) {
    return String.valueOf(message.getMessageProperties().<Object>getHeader("id"));
  }

  @Override
  public void start() {
    container.afterPropertiesSet();
    container.start();
  }

  @Override
  public void close() {
    container.stop();
    container.destroy();
    connections.destroy();
  }
}
