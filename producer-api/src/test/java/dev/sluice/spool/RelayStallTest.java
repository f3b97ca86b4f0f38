package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.Route;
import dev.sluice.broker.RoutedMessage;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.topology.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one bad queue or one bad file does to the messages that have nothing to do with it. */
class RelayStallTest {
  @TempDir Path folder;

  private final ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
  private Instant now = Instant.parse("2026-11-21T08:00:00Z");
  private Spool spool;
  private SpoolRelay relay;

  @AfterEach
  void close() throws Exception {
    relay.close();
    spool.close();
  }

  @Test
  void a_full_queue_does_not_hold_up_another_queue() throws Exception {
    refuseQueue("full");
    open();
    append("full", Asides.MOST + 600);
    append("ok", 1);
    rounds(120);
    assertThat(broker.sentIds()).contains("ok0");
  }

  @Test
  void a_full_queue_does_not_make_the_relay_repeat_what_another_queue_confirmed() throws Exception {
    refuseQueue("full");
    open();
    append("full", Asides.MOST + 1);
    append("ok", 1);
    rounds(120);
    assertThat(Collections.frequency(broker.sentIds(), "ok0")).isEqualTo(1);
  }

  @Test
  void what_is_held_back_survives_the_relay_and_leaves_once_its_queue_takes_it() throws Exception {
    int full = Asides.MOST + 600;
    refuseQueue("full");
    open();
    append("full", full);
    append("ok", 1);
    rounds(30);
    assertThat(new SpoolView(folder).waiting()).as("before the first held back").isEqualTo(601);
    reopen();
    rounds(30);
    broker.sent().clear();
    broker.answer(ScriptedBroker.CONFIRM);
    rounds(120);
    assertThat(broker.sentIds())
        .contains(IntStream.range(0, full).mapToObj(i -> "full" + i).toArray(String[]::new))
        .doesNotHaveDuplicates();
    reopen();
    assertThat(new SpoolView(folder).waiting()).isZero();
  }

  @Test
  void a_damaged_file_of_what_was_set_aside_holds_up_nothing() throws Exception {
    refuseQueue("full");
    open();
    append("full", 2);
    rounds(3);
    Path first;
    try (var files = Files.list(folder.resolve("aside"))) {
      first = files.sorted().findFirst().orElseThrow();
    }
    Files.write(first, new byte[] {1, 0});
    reopen();
    broker.answer(ScriptedBroker.CONFIRM);
    broker.sent().clear();
    append("ok", 1);
    rounds(10);
    assertThat(broker.sentIds()).contains("full1", "ok0");
  }

  /** As its runner does it: after an error at least a second passes. */
  private void rounds(int rounds) throws Exception {
    for (int round = 0; round < rounds; round++) {
      try {
        relay.runOnce();
      } catch (IOException e) {
        now = now.plusSeconds(1);
      }
      now = now.plus(Duration.ofMillis(500));
    }
  }

  private void open() {
    spool = Spool.open(SpoolOptions.of(folder).limits(64 << 20, 1 << 20).clock(() -> now));
    relay = openRelay();
  }

  private void reopen() throws Exception {
    relay.close();
    relay = openRelay();
  }

  private SpoolRelay openRelay() {
    return SpoolRelay.open(
        folder,
        broker,
        new SpoolRelay.Options(
            SpoolRelay.Options.DEFAULTS.queues(), 0, Duration.ofMillis(50), () -> now));
  }

  private void append(String queue, int messages) {
    for (int i = 0; i < messages; i++) {
      byte[] body = "[[],{},{}]".getBytes(StandardCharsets.UTF_8);
      Message message = MessageCodec.encode(TaskMessage.builder(queue + i, "t", body).build());
      spool.append(new RoutedMessage(queue, null, message));
    }
  }

  private void refuseQueue(String queue) {
    broker.answer(
        (route, message) ->
            route instanceof Route.ToQueue to && to.queue().equals(queue)
                ? CompletableFuture.failedFuture(new BrokerException.Refused("queue full"))
                : CompletableFuture.completedFuture(null));
  }
}
