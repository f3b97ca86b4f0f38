package dev.sluice.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.broker.BrokerException;
import dev.sluice.database.DatabaseOptions;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OutboxTest extends OutboxContract {

  @Override
  DatabaseOptions empty() {
    return DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1");
  }

  @Test
  void a_queue_that_refuses_all_its_messages_is_told_of_once_a_minute() throws Exception {
    try (OutboxRig rig = new OutboxRig(empty())) {
      rig.broker.answer(
          (route, message) ->
              CompletableFuture.failedFuture(new BrokerException.Refused("queue full")));
      rig.insert("a", "b", "c");
      ListAppender<ILoggingEvent> lines = new ListAppender<>();
      Logger logger = (Logger) LoggerFactory.getLogger(OutboxRelay.class);
      lines.start();
      logger.addAppender(lines);

      try {
        rig.relay.runOnce();
        rig.insert("d");
        rig.relay.runOnce();
        assertThat(lines.list).hasSize(1);
        rig.advance(Duration.ofMinutes(1));
        rig.insert("e");
        rig.relay.runOnce();
        assertThat(lines.list).hasSize(2);
      } finally {
        logger.detachAppender(lines);
      }
    }
  }
}
