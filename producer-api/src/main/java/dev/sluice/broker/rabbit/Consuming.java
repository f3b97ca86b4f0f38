package dev.sluice.broker.rabbit;

import com.rabbitmq.client.Connection;
import dev.sluice.broker.Subscription;
import java.io.IOException;

/** A subscription that the supervisor keeps alive. */
interface Consuming extends Subscription {

  /** Its queue, for a person and for the watchdog. */
  String queue();

  /** Subscribes anew unless it consumes already or was cancelled. */
  void ensure(Connection connection) throws IOException;

  /** The broker says that nobody consumes the queue, whatever we believe. */
  void forsaken();
}
