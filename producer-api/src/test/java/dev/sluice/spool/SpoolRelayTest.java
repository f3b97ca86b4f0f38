package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.Route;
import dev.sluice.broker.RoutedMessage;
import dev.sluice.broker.ScriptedBroker;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.topology.Topology;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a relay publishes, in which order, and what it makes of a broker that will not take it. */
class SpoolRelayTest {
  @TempDir Path folder;

  private final ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
  private Instant now = Instant.parse("2026-11-21T08:00:00Z");
  private Spool spool;
  private SpoolRelay relay;

  @AfterEach
  void close() throws Exception {
    if (relay != null) {
      relay.close();
    }
    if (spool != null) {
      spool.close();
    }
  }

  @Test
  void messages_leave_in_order_and_once() throws Exception {
    append(ids(0, 1200));
    drain();
    assertThat(broker.sentIds()).containsExactly(ids(0, 1200));

    reopen();
    append("last");
    drain();
    assertThat(broker.sentIds()).hasSize(1201).endsWith("last");
  }

  @Test
  void segments_are_deleted_once_all_in_them_is_confirmed() throws Exception {
    append(ids(0, 500));
    assertThat(SegmentFile.list(folder)).hasSizeGreaterThan(5);
    drain();
    relay.close();
    relay = null;
    assertThat(SegmentFile.list(folder)).hasSize(1);
  }

  @Test
  void what_a_dead_writer_left_leaves_too() throws Exception {
    append("a", "b");
    spool.close();
    spool = null;
    drain();
    assertThat(broker.sentIds()).containsExactly("a", "b");
  }

  @Test
  void after_a_message_without_a_confirm_it_goes_back_to_that() throws Exception {
    broker.answer(
        (route, message) ->
            broker.sent().size() == 3
                ? CompletableFuture.failedFuture(new BrokerException.Unknown("lost", null))
                : CompletableFuture.completedFuture(null));
    append("a", "b", "c", "d");
    drain();
    assertThat(broker.sentIds()).containsExactly("a", "b", "c", "d", "c", "d");
  }

  @Test
  void a_relay_that_ended_without_a_checkpoint_publishes_again() throws Exception {
    append("a", "b");
    drain();
    relay.close();
    Files.delete(folder.resolve("checkpoint"));
    reopen();
    drain();
    assertThat(broker.sentIds()).containsExactly("a", "b", "a", "b");
  }

  @Test
  void a_damaged_checkpoint_loses_nothing() throws Exception {
    append("a", "b");
    drain();
    relay.close();
    Files.writeString(folder.resolve("checkpoint"), "99 x");
    reopen();
    drain();
    assertThat(broker.sentIds()).containsExactly("a", "b", "a", "b");
  }

  @Test
  void while_the_broker_is_away_everything_waits() throws Exception {
    broker.answer(failing(new BrokerException.Unavailable("away", null)));
    append("a", "b");
    assertThat(runOnce()).as("no spinning").isGreaterThanOrEqualTo(Duration.ofMillis(100));
    assertThat(runOnce()).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    assertThat(relay.progress().oldest()).isEqualTo(now);
    assertThat(new SpoolView(folder).waiting()).isEqualTo(2);

    broker.sent().clear();
    broker.answer(ScriptedBroker.CONFIRM);
    drain();
    assertThat(broker.sentIds()).containsExactly("a", "b");
    assertThat(relay.progress().oldest()).isNull();
    reopen();
    assertThat(new SpoolView(folder).waiting()).isZero();
  }

  @Test
  void a_message_that_is_refused_holds_up_no_other_and_is_tried_again() throws Exception {
    refuse("b");
    append("a", "b", "c");
    drain();
    assertThat(broker.sentIds()).containsExactly("a", "b", "c");
    assertThat(aside(AsideFolder.State.RETRY)).hasSize(1);

    broker.answer(ScriptedBroker.CONFIRM);
    now = now.plusSeconds(2);
    drain();
    assertThat(broker.sentIds()).containsExactly("a", "b", "c", "b");
    assertThat(aside(AsideFolder.State.RETRY)).isEmpty();
  }

  @Test
  void what_was_set_aside_outlives_the_relay() throws Exception {
    refuse("b");
    append("a", "b", "c");
    drain();
    reopen();
    broker.answer(ScriptedBroker.CONFIRM);
    now = now.plusSeconds(2);
    drain();
    assertThat(broker.sentIds()).containsExactly("a", "b", "c", "b");
  }

  @Test
  void a_message_that_is_refused_for_an_hour_is_parked_until_it_is_released() throws Exception {
    refuse("b");
    append("b");
    for (int minute = 0; minute <= 62; minute++) {
      drain();
      now = now.plus(Duration.ofMinutes(1));
    }
    assertThat(aside(AsideFolder.State.RETRY)).isEmpty();
    List<Long> parked = aside(AsideFolder.State.PARKED);
    assertThat(parked).hasSize(1);
    int tries = broker.sent().size();
    assertThat(tries).as("ever more rarely").isBetween(10, 30);
    now = now.plus(Duration.ofDays(1));
    drain();
    assertThat(broker.sent()).hasSize(tries);

    broker.answer(ScriptedBroker.CONFIRM);
    assertThat(new AsideFolder(folder).release(parked.get(0), now)).isTrue();
    now = now.plusSeconds(2);
    drain();
    assertThat(broker.sent()).hasSize(tries + 1);
    assertThat(aside(AsideFolder.State.PARKED)).isEmpty();
  }

  @Test
  void what_is_no_message_is_parked_at_once_with_the_reason() throws Exception {
    spool().append("no message at all".getBytes(StandardCharsets.UTF_8));
    append("a");
    drain();
    assertThat(broker.sentIds()).containsExactly("a");
    AsideFolder aside = new AsideFolder(folder);
    AsideRecord parked =
        aside.read(aside.list(AsideFolder.State.PARKED).get(0), AsideFolder.State.PARKED);
    assertThat(parked.reason()).contains("spooled message");
    assertThat(new String(parked.body(), StandardCharsets.UTF_8)).isEqualTo("no message at all");
  }

  @Test
  void a_message_that_breaks_every_channel_is_found_and_the_others_leave() throws Exception {
    boolean[] broken = new boolean[1];
    broker.answer(
        (route, message) -> {
          if ("poison".equals(message.correlationId())) {
            broken[0] = true;
          }
          return broken[0]
              ? CompletableFuture.failedFuture(new BrokerException.Unknown("channel closed", null))
              : CompletableFuture.completedFuture(null);
        });
    append("a", "poison", "b", "c");
    for (int round = 0; round < 40; round++) {
      // Each round a new channel.
      broken[0] = false;
      runOnce();
      now = now.plus(Duration.ofSeconds(20));
    }
    broken[0] = false;
    drain();
    assertThat(broker.sentIds()).contains("a", "b", "c");
    assertThat(aside(AsideFolder.State.PARKED)).hasSize(1);
    reopen();
    assertThat(new SpoolView(folder).waiting()).isZero();
  }

  @Test
  void when_the_broker_refuses_everything_the_relay_waits_rather_than_set_all_aside()
      throws Exception {
    broker.answer(failing(new BrokerException.Refused("queue full")));
    append(ids(0, Asides.MOST + 300));
    for (int round = 0; round < 6; round++) {
      runOnce();
    }
    assertThat(aside(AsideFolder.State.RETRY)).hasSize(Asides.MOST);

    broker.answer(ScriptedBroker.CONFIRM);
    broker.sent().clear();
    while (!aside(AsideFolder.State.RETRY).isEmpty()) {
      drain();
      now = now.plusSeconds(2);
    }
    assertThat(broker.sentIds()).containsExactlyInAnyOrder(ids(0, Asides.MOST + 300));
  }

  @Test
  void while_it_catches_up_it_keeps_to_its_rate() throws Exception {
    relay =
        SpoolRelay.open(
            folder,
            broker,
            new SpoolRelay.Options(
                SpoolRelay.Options.DEFAULTS.queues(), 1000, Duration.ofMillis(50), () -> now));
    append(ids(0, 250));
    assertThat(runOnce()).isEqualTo(Duration.ofMillis(100));
    assertThat(broker.sent()).hasSize(100);
    drain();
    append(ids(250, 500));
    assertThat(runOnce()).as("caught up").isZero();
    assertThat(broker.sent()).hasSize(500);
  }

  @Test
  void a_second_relay_of_a_folder_is_told_who_is_there() {
    relay = open();
    assertThatThrownBy(this::open)
        .isInstanceOf(SpoolException.class)
        .hasMessageContaining("relay.lock")
        .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
  }

  @Test
  void a_relay_that_has_nothing_to_do_wants_to_be_nudged_and_is_then_found_awake()
      throws Exception {
    append("a");
    drain();
    for (int round = 0; round < 100 && !relay.idle(); round++) {
      runOnce();
    }
    assertThat(relay.idle()).isTrue();
    append("b");
    runOnce();
    assertThat(relay.idle()).isFalse();
    assertThat(broker.sentIds()).containsExactly("a", "b");
  }

  @Test
  void a_sequence_behind_the_checkpoint_is_never_given_out_again() throws Exception {
    append("a", "b");
    drain();
    relay.close();
    spool.close();
    // A power loss took the segments, and the clock stands behind.
    for (SegmentFile segment : SegmentFile.list(folder)) {
      Files.delete(segment.path());
    }
    now = now.minus(Duration.ofDays(400));
    spool = null;
    relay = null;
    append("c");
    drain();
    assertThat(broker.sentIds()).containsExactly("a", "b", "c");
  }

  private Spool spool() {
    if (spool == null) {
      spool = Spool.open(SpoolOptions.of(folder).limits(64 << 20, 16 << 10).clock(() -> now));
    }
    return spool;
  }

  private void append(String... ids) {
    for (String id : ids) {
      byte[] body = "[[],{},{}]".getBytes(StandardCharsets.UTF_8);
      Message message = MessageCodec.encode(TaskMessage.builder(id, "t", body).build());
      spool().append(new RoutedMessage("orders", null, message));
    }
  }

  private SpoolRelay open() {
    return SpoolRelay.open(
        folder,
        broker,
        new SpoolRelay.Options(
            SpoolRelay.Options.DEFAULTS.queues(), 0, Duration.ofMillis(50), () -> now));
  }

  private Duration runOnce() throws Exception {
    if (relay == null) {
      relay = open();
    }
    return relay.runOnce();
  }

  /** Until it finds nothing more; a closed relay would have to write its checkpoint. */
  private void drain() throws Exception {
    Duration pause;
    do {
      pause = runOnce();
    } while (!pause.equals(SpoolRelay.SHORT_REST) && !relay.idle());
  }

  private void reopen() throws Exception {
    if (relay != null) {
      relay.close();
    }
    relay = open();
  }

  private void refuse(String id) {
    broker.answer(
        (route, message) ->
            id.equals(message.correlationId())
                ? CompletableFuture.failedFuture(new BrokerException.Refused("queue full"))
                : CompletableFuture.completedFuture(null));
  }

  private static BiFunction<Route, Message, CompletableFuture<Void>> failing(BrokerException why) {
    return (route, message) -> CompletableFuture.failedFuture(why);
  }

  private List<Long> aside(AsideFolder.State state) throws Exception {
    return new AsideFolder(folder).list(state);
  }

  private static String[] ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "m" + i).toArray(String[]::new);
  }

  @Test
  void a_broker_that_refuses_everything_for_long_is_told_of_once() throws Exception {
    broker.answer(failing(new BrokerException.Refused("queue full")));
    append(ids(0, Asides.MOST + 300));
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(Asides.class);
    lines.start();
    logger.addAppender(lines);
    try {
      for (int round = 0; round < 20; round++) {
        runOnce();
      }
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(line -> line.contains("the broker takes none of"))
        .hasSize(1);
  }
}
