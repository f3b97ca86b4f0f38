package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.RoutedMessage;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.topology.Topology;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay whose own folder fails it: it loses its place, but no message. */
class SpoolRelayFaultsTest {
  @TempDir Path folder;

  private final ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
  private SpoolRelay relay;

  @BeforeEach
  void open() {
    relay =
        SpoolRelay.open(
            folder,
            broker,
            new SpoolRelay.Options(
                SpoolRelay.Options.DEFAULTS.queues(), 0, Duration.ofMillis(50), () -> Spools.NOW));
  }

  @AfterEach
  void close() throws IOException {
    relay.close();
  }

  @Test
  void a_message_that_cannot_be_set_aside_is_not_passed_over() throws Exception {
    broker.answer(
        (route, message) ->
            "b".equals(message.correlationId())
                ? CompletableFuture.failedFuture(new BrokerException.Refused("queue full"))
                : CompletableFuture.completedFuture(null));
    append("a", "b", "c");
    Path inTheWay = Files.writeString(folder.resolve("aside"), "x");
    assertThatThrownBy(relay::runOnce).isInstanceOf(IOException.class);
    assertThatThrownBy(relay::runOnce).isInstanceOf(IOException.class);
    Files.delete(inTheWay);
    relay.runOnce();
    assertThat(new AsideFolder(folder).list(AsideFolder.State.RETRY)).hasSize(1);
    assertThat(broker.sentIds()).as("a is confirmed").containsExactly("a", "b", "c", "b", "c");
  }

  @Test
  void a_round_that_a_full_heap_ends_skips_no_message() throws Exception {
    AtomicBoolean full = new AtomicBoolean(true);
    broker.answer(
        (route, message) -> {
          if ("b".equals(message.correlationId()) && full.getAndSet(false)) {
            throw new OutOfMemoryError("in a test");
          }
          return CompletableFuture.completedFuture(null);
        });
    append("a", "b", "c");
    assertThatThrownBy(relay::runOnce).isInstanceOf(OutOfMemoryError.class);
    relay.runOnce();
    assertThat(broker.sentIds()).endsWith("a", "b", "c");
    int sent = broker.sentIds().size();
    relay.runOnce();
    assertThat(broker.sentIds()).as("nothing is left").hasSize(sent);
  }

  @Test
  void what_lies_before_a_segment_that_cannot_be_read_leaves_and_the_rest_waits() throws Exception {
    append("a", "b");
    long number = SegmentFile.list(folder).get(0).number() + 100;
    byte[] header = SpoolFormat.segmentHeader(number, number);
    ByteBuffer.wrap(header).putInt(8, 2);
    ByteBuffer.wrap(header).putInt(28, SpoolFormat.crc(header, 0, 28));
    SegmentFile newer = SegmentFile.of(folder, number);
    Files.write(newer.path(), header);
    relay.runOnce();
    assertThat(broker.sentIds()).containsExactly("a", "b");
    assertThatThrownBy(relay::runOnce)
        .isInstanceOf(SpoolException.class)
        .hasMessageContaining("format version 2");
    assertThat(newer.path()).exists();
  }

  @Test
  void a_flipped_bit_in_the_checkpoint_hides_no_message() throws Exception {
    append("a", "b");
    relay.runOnce();
    relay.close();
    byte[] intact = Files.readAllBytes(folder.resolve("checkpoint"));
    for (int offset = 0; offset < intact.length; offset++) {
      Files.write(folder.resolve("checkpoint"), intact);
      Spools.flip(folder.resolve("checkpoint"), offset);
      assertThat(new Checkpoint(folder).read()).isEqualTo(SpoolPosition.START);
    }
    Files.write(folder.resolve("checkpoint"), intact);
    assertThat(new Checkpoint(folder).read().sequence()).isPositive();
  }

  @Test
  void a_segment_that_alone_fills_the_spool_is_deleted_when_all_in_it_is_confirmed()
      throws Exception {
    String large = "x".repeat(3000);
    SpoolOptions options =
        Spools.options(folder).limits(4096, 2048).blockFor(Duration.ofSeconds(10));
    try (Spool spool = Spool.open(options)) {
      for (int i = 0; i < 3; i++) {
        CompletableFuture<Void> appended =
            CompletableFuture.runAsync(() -> spool.append(message("a", large)));
        while (!appended.isDone()) {
          relay.runOnce();
        }
        appended.join();
        relay.runOnce();
        // With a checkpoint at the end of the newest segment.
        relay.close();
        open();
      }
    }
    assertThat(broker.sentIds()).hasSize(3);
  }

  private void append(String... ids) {
    try (Spool spool = Spool.open(Spools.options(folder))) {
      IntStream.range(0, ids.length).forEach(i -> spool.append(message(ids[i], "")));
    }
  }

  private static RoutedMessage message(String id, String text) {
    byte[] body = ("[[\"" + text + "\"],{},{}]").getBytes(StandardCharsets.UTF_8);
    return new RoutedMessage(
        "orders", null, MessageCodec.encode(TaskMessage.builder(id, "t", body).build()));
  }
}
