package dev.sluice.broker.rabbit;

import com.rabbitmq.client.AMQP.Queue.DeclareOk;
import com.rabbitmq.client.Connection;
import dev.sluice.broker.QueueStats;
import java.io.IOException;
import java.util.Optional;

/** Asks about queues, each time on a channel of its own: a missing queue closes the channel. */
final class Queues {

  private Queues() {}

  static Optional<QueueStats> stats(Connection connection, String queue) throws IOException {
    try {
      DeclareOk found =
          Declarations.onChannel(connection, channel -> channel.queueDeclarePassive(queue));
      return Optional.of(new QueueStats(found.getMessageCount(), found.getConsumerCount()));
    } catch (IOException e) {
      return noneIfMissing(e);
    }
  }

  static int purge(Connection connection, String queue) throws IOException {
    try {
      return Declarations.onChannel(connection, channel -> channel.queuePurge(queue))
          .getMessageCount();
    } catch (IOException e) {
      return Queues.<Integer>noneIfMissing(e).orElse(0);
    }
  }

  static int consumers(Connection connection, String queue) throws IOException {
    return stats(connection, queue).map(QueueStats::consumers).orElse(0);
  }

  private static <T> Optional<T> noneIfMissing(IOException error) throws IOException {
    if (Reasons.closeCode(error) == Reasons.NOT_FOUND) {
      return Optional.empty();
    }
    throw error;
  }
}
