package dev.sluice.scheduler;

import dev.sluice.broker.Broker;
import dev.sluice.message.Headers;
import dev.sluice.topology.QueueSpec;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** The tasks that arrived in a queue. */
final class Received {
  private final List<String> ids = new CopyOnWriteArrayList<>();
  private final List<String> firings = new CopyOnWriteArrayList<>();
  private final List<String> tasks = new CopyOnWriteArrayList<>();

  /** Consumes the queue until the broker is closed. */
  static Received from(Broker broker, String queue) {
    Received received = new Received();
    broker.subscribe(
        QueueSpec.of(broker.topology().queue(queue)),
        100,
        delivery -> {
          var headers = delivery.message().headers();
          received.firings.add(String.valueOf(headers.get(Headers.FIRING)));
          received.tasks.add(String.valueOf(headers.get(Headers.TASK)));
          received.ids.add(Objects.requireNonNull(delivery.message().correlationId()));
          delivery.ack();
        });
    return received;
  }

  List<String> ids() {
    return List.copyOf(ids);
  }

  /** Their names. */
  List<String> tasks() {
    return List.copyOf(tasks);
  }

  List<String> firings() {
    return List.copyOf(firings);
  }
}
