package dev.sluice.broker.rabbit;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerContract;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RabbitService;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.time.Duration;
import org.junit.jupiter.api.Nested;

class RabbitBrokerIT {

  @Nested
  class OnQuorumQueues extends OnRabbit {
    @Override
    protected QueueSpec.Profile profile() {
      return QueueSpec.Profile.QUORUM;
    }
  }

  @Nested
  class OnClassicQueues extends OnRabbit {
    @Override
    protected QueueSpec.Profile profile() {
      return QueueSpec.Profile.CLASSIC;
    }
  }

  abstract static class OnRabbit extends BrokerContract {
    private final RabbitService rabbit = DevServices.shared().rabbit();

    @Override
    protected Broker open(Topology topology) {
      return RabbitBroker.open(
          RabbitOptions.of(rabbit.url()).topology(topology).blockedTimeout(Duration.ofSeconds(3)));
    }

    @Override
    protected void deleteQueue(String name) throws Exception {
      // At once: what is on the ladder for the queue may be due before rabbitmqctl has started.
      try (RawRabbit raw = new RawRabbit(rabbit.url())) {
        raw.channel.queueDelete(name);
      }
    }

    @Override
    protected void block() {
      rabbit.raiseMemoryAlarm();
    }

    @Override
    protected void unblock() {
      rabbit.clearMemoryAlarm();
    }
  }
}
