package dev.sluice.cli;

import dev.sluice.settings.QueueSettings;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.OrderPartitions;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.util.HashMap;
import java.util.Map;

/** How queues are declared according to the settings, by their name on the broker. */
public final class QueueSpecs {
  private final Map<String, QueueSpec> configured = new HashMap<>();

  public QueueSpecs(SluiceSettings settings) {
    Topology topology = new Topology(settings.broker().namespace());
    for (Map.Entry<String, QueueSettings> queue : settings.worker().queues().entrySet()) {
      String name = topology.queue(queue.getKey());
      queue
          .getValue()
          .profile()
          .ifPresent(profile -> configured.put(name, new QueueSpec(name, profile)));
    }
  }

  /** The queue as configured, else as its name says. */
  public QueueSpec of(String name) {
    String whole = OrderPartitions.queueOf(name);
    if (whole != null) {
      return OrderPartitions.spec(name, of(whole));
    }
    return configured.getOrDefault(name, QueueSpec.of(name));
  }
}
