package dev.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Route.Delayed;
import dev.sluice.broker.Route.ToExchange;
import dev.sluice.broker.Route.ToQueue;
import dev.sluice.message.Headers;
import dev.sluice.message.IsoTime;
import dev.sluice.message.Message;
import dev.sluice.topology.OrderPartitions;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What every broker does. Time is real: delays of one or two seconds are waited for. */
public abstract class BrokerContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  protected Broker broker;
  protected QueueSpec queue;
  private final String suffix = "contract" + NUMBER.incrementAndGet();

  /** A broker of its own for each test; names never collide, {@code namespace} is new. */
  protected abstract Broker open(Topology topology) throws Exception;

  /** How the queues of the tests are declared. */
  protected abstract QueueSpec.Profile profile();

  protected abstract void deleteQueue(String name) throws Exception;

  protected abstract void block() throws Exception;

  protected abstract void unblock() throws Exception;

  @BeforeEach
  void openBroker() throws Exception {
    broker = open(new Topology(suffix));
    queue = spec("orders");
  }

  @AfterEach
  void closeBroker() {
    broker.close();
  }

  protected QueueSpec spec(String name) {
    return new QueueSpec(broker.topology().queue(name), profile());
  }

  protected static Message message(String text) {
    return message(text, Map.of());
  }

  protected static Message message(String text, Map<String, @Nullable Object> headers) {
    return new Message(
        "application/json", "utf-8", 0, text, null, headers, text.getBytes(StandardCharsets.UTF_8));
  }

  protected void publish(QueueSpec to, String... texts) {
    List<CompletableFuture<Void>> confirms = new ArrayList<>();
    for (String text : texts) {
      confirms.add(broker.publish(new ToQueue(to.name()), message(text)));
    }
    confirms.forEach(confirm -> confirm.orTimeout(20, TimeUnit.SECONDS).join());
  }

  protected static List<String> texts(List<Delivery> deliveries) {
    return deliveries.stream().map(Inbound::text).toList();
  }

  protected long ready(String name) {
    return broker.stats(name).orElseThrow().ready();
  }

  @Test
  void a_confirmed_message_is_delivered_unchanged() {
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    headers.put("task", "noop");
    headers.put("retries", 0);
    headers.put("big", 1_795_226_835_000L);
    headers.put("share", 0.5);
    headers.put("eta", null);
    headers.put("ignore_result", true);
    headers.put("timelimit", Arrays.asList(900, null));
    headers.put("stamps", Map.of("by", List.of("ops", "cron")));
    headers.put("at", Instant.parse("2026-11-21T02:05:00Z"));
    Message sent =
        new Message(
            "application/json", "utf-8", 3, "id-1", "reply-1", headers, new byte[] {1, 0, -1});
    broker.declare(queue);
    broker.publish(new ToQueue(queue.name()), sent).join();
    Inbound in = new Inbound();
    broker.subscribe(queue, 10, in);

    Delivery delivery = in.next();

    Message got = delivery.message();
    assertThat(got.headers()).isEqualTo(headers);
    assertThat(got.body()).isEqualTo(sent.body());
    assertThat(got.contentType()).isEqualTo("application/json");
    assertThat(got.contentEncoding()).isEqualTo("utf-8");
    assertThat(got.priority()).isEqualTo(3);
    assertThat(got.correlationId()).isEqualTo("id-1");
    assertThat(got.replyTo()).isEqualTo("reply-1");
    assertThat(delivery.queue()).isEqualTo(queue.name());
    assertThat(delivery.redelivered()).isFalse();
    assertThat(delivery.deliveryCount()).isZero();
    delivery.ack();
  }

  @Test
  void a_partition_queue_has_one_consumer_at_a_time_and_the_next_one_gets_all_that_is_left() {
    QueueSpec partition = OrderPartitions.spec(OrderPartitions.of(queue.name(), "key"), queue);
    broker.declare(partition);
    Inbound first = new Inbound();
    Inbound second = new Inbound();
    Subscription active = broker.subscribe(partition, 4, first);
    awaitConsuming(active);
    Subscription next = broker.subscribe(partition, 4, second);
    awaitConsuming(next);
    publish(partition, "a", "b", "c", "d", "e", "f", "g", "h");
    List<Delivery> held = first.next(4);
    assertThat(texts(held)).containsExactly("a", "b", "c", "d");
    held.get(0).ack();
    held.get(2).ack();
    assertThat(texts(first.next(2))).containsExactly("e", "f");
    assertThat(second.staysEmpty(200)).isTrue();

    active.close();

    List<Delivery> rest = second.next(4);
    assertThat(texts(rest)).containsExactly("b", "d", "e", "f");
    assertThat(rest).allMatch(Delivery::redelivered);
    rest.forEach(Delivery::ack);
    assertThat(texts(second.next(2))).containsExactly("g", "h");
    assertThat(first.isEmpty()).isTrue();
  }

  @RepeatedTest(10)
  void nothing_overtakes_what_the_active_consumer_of_a_partition_gives_back_by_closing() {
    QueueSpec partition = OrderPartitions.spec(OrderPartitions.of(queue.name(), "key"), queue);
    broker.declare(partition);
    Inbound second = new Inbound();
    Subscription active = broker.subscribe(partition, 2, delivery -> {});
    awaitConsuming(active);
    awaitConsuming(broker.subscribe(partition, 100, second));
    String[] all = IntStream.range(0, 50).mapToObj(String::valueOf).toArray(String[]::new);
    publish(partition, all);

    active.close();

    assertThat(texts(second.next(all.length))).containsExactly(all);
  }

  private static void awaitConsuming(Subscription subscription) {
    await().atMost(Duration.ofSeconds(20)).until(subscription::active);
  }

  @Test
  void a_header_that_no_broker_can_carry_is_refused_at_the_door() {
    broker.declare(queue);
    assertThatThrownBy(
            () ->
                broker.publish(
                    new ToQueue(queue.name()), message("a", Map.of("bad", new Object()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Object");
  }

  @Test
  void messages_come_in_order_and_never_more_than_the_prefetch() {
    broker.declare(queue);
    publish(queue, "1", "2", "3", "4", "5");
    Inbound in = new Inbound();
    broker.subscribe(queue, 2, in);

    List<Delivery> first = in.next(2);
    assertThat(texts(first)).containsExactly("1", "2");
    assertThat(in.staysEmpty(200)).isTrue();
    first.get(0).ack();
    assertThat(Inbound.text(in.next())).isEqualTo("3");
    assertThat(in.staysEmpty(200)).isTrue();
  }

  @Test
  void acknowledged_messages_are_gone_and_the_others_come_back() {
    broker.declare(queue);
    publish(queue, "1", "2", "3", "4");
    Inbound in = new Inbound();
    Subscription subscription = broker.subscribe(queue, 10, in);
    List<Delivery> deliveries = in.next(4);
    deliveries.get(2).ack();
    deliveries.get(0).ack();
    subscription.close();

    Inbound again = new Inbound();
    broker.subscribe(queue, 10, again);

    List<Delivery> back = again.next(2);
    assertThat(texts(back)).containsExactlyInAnyOrder("2", "4");
    assertThat(back).allMatch(Delivery::redelivered);
    assertThat(again.staysEmpty(200)).isTrue();
    assertThat(subscription.active()).isFalse();
  }

  @Test
  void settling_twice_is_an_error_of_the_caller() {
    broker.declare(queue);
    publish(queue, "1", "2");
    Inbound in = new Inbound();
    broker.subscribe(queue, 10, in);
    Delivery delivery = in.next();
    delivery.ack();
    assertThatThrownBy(delivery::ack).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(delivery::giveBack).isInstanceOf(IllegalStateException.class);
    assertThat(in.next().open()).isTrue();
  }

  @Test
  void settling_on_a_closed_channel_does_nothing() {
    broker.declare(queue);
    publish(queue, "1", "2");
    Inbound in = new Inbound();
    Subscription subscription = broker.subscribe(queue, 10, in);
    List<Delivery> deliveries = in.next(2);
    subscription.close();
    assertThat(deliveries.get(0).open()).isFalse();

    Inbound again = new Inbound();
    broker.subscribe(queue, 10, again);
    List<Delivery> back = again.next(2);
    deliveries.get(0).ack();
    deliveries.get(1).giveBack();

    assertThat(back).allMatch(Delivery::open);
    assertThat(again.staysEmpty(200)).isTrue();
    back.get(0).ack();
    back.get(1).giveBack();
    Delivery third = again.next();
    assertThat(Inbound.text(third)).isEqualTo(Inbound.text(back.get(1)));
  }

  @Test
  void a_message_given_back_comes_again_before_those_behind_it() {
    broker.declare(queue);
    publish(queue, "1", "2", "3", "4", "5");
    Inbound in = new Inbound();
    broker.subscribe(queue, 1, in);
    in.next().giveBack();

    Delivery again = in.next();

    assertThat(Inbound.text(again)).isEqualTo("1");
    assertThat(again.redelivered()).isTrue();
    again.ack();
    assertThat(Inbound.text(in.next())).isEqualTo("2");
  }

  @Test
  void after_cancel_nothing_more_comes_and_what_was_handed_over_can_be_settled() {
    broker.declare(queue);
    publish(queue, "1");
    Inbound in = new Inbound();
    Subscription subscription = broker.subscribe(queue, 10, in);
    Delivery delivery = in.next();

    subscription.cancel();
    publish(queue, "2");
    delivery.ack();
    subscription.close();

    assertThat(subscription.active()).isFalse();
    assertThat(in.isEmpty()).isTrue();
    await().untilAsserted(() -> assertThat(ready(queue.name())).isEqualTo(1));
    Inbound other = new Inbound();
    broker.subscribe(queue, 10, other);
    assertThat(Inbound.text(other.next())).isEqualTo("2");
    assertThat(other.staysEmpty(200)).isTrue();
  }

  @Test
  void a_listener_may_cancel_its_own_subscription() throws Exception {
    broker.declare(queue);
    CompletableFuture<Subscription> self = new CompletableFuture<>();
    CompletableFuture<Void> cancelled = new CompletableFuture<>();
    self.complete(
        broker.subscribe(
            queue,
            1,
            delivery -> {
              self.join().cancel();
              delivery.ack();
              cancelled.complete(null);
            }));
    publish(queue, "1", "2");
    cancelled.get(20, TimeUnit.SECONDS);
    assertThat(self.join().active()).isFalse();
    await().untilAsserted(() -> assertThat(ready(queue.name())).isEqualTo(1));
  }

  @Test
  void a_listener_may_close_its_own_subscription() throws Exception {
    broker.declare(queue);
    CompletableFuture<Subscription> self = new CompletableFuture<>();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    self.complete(
        broker.subscribe(
            queue,
            1,
            delivery -> {
              self.join().close();
              closed.complete(null);
            }));
    publish(queue, "1");
    closed.get(5, TimeUnit.SECONDS);
    assertThat(self.join().active()).isFalse();
    await().untilAsserted(() -> assertThat(ready(queue.name())).isEqualTo(1));
  }

  @Test
  void a_message_for_a_queue_that_does_not_exist_is_unroutable_and_the_others_are_stored() {
    broker.declare(queue);
    CompletableFuture<Void> before = broker.publish(new ToQueue(queue.name()), message("1"));
    CompletableFuture<Void> lost = broker.publish(new ToQueue(suffix + ".none"), message("2"));
    CompletableFuture<Void> after = broker.publish(new ToQueue(queue.name()), message("3"));
    before.join();
    after.join();
    assertThatThrownBy(lost::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(BrokerException.Unroutable.class)
        .hasMessageContaining(suffix + ".none");
    Inbound in = new Inbound();
    broker.subscribe(queue, 10, in);
    assertThat(texts(in.next(2))).containsExactly("1", "3");
  }

  @Test
  void of_two_equal_messages_only_the_unroutable_one_fails() {
    broker.declare(queue);
    Message same = message("same");
    CompletableFuture<Void> stored = broker.publish(new ToQueue(queue.name()), same);
    CompletableFuture<Void> lost = broker.publish(new ToQueue(suffix + ".none"), same);
    stored.join();
    assertThatThrownBy(lost::join).hasCauseInstanceOf(BrokerException.Unroutable.class);
  }

  @Test
  void a_blocked_broker_takes_nothing_and_says_so_in_time() throws Exception {
    broker.declare(queue);
    publish(queue, "0");
    block();
    try {
      // RabbitMQ tells a publisher that it is blocked when it publishes.
      broker.publish(new ToQueue(queue.name()), message("1"));
      await().until(() -> broker.health().blocked());
      assertThatThrownBy(() -> broker.publish(new ToQueue(queue.name()), message("2")).join())
          .hasCauseInstanceOf(BrokerException.Unavailable.class)
          .hasMessageContaining("blocks publishers");
    } finally {
      unblock();
    }
    await().until(() -> !broker.health().blocked());
    publish(queue, "3");
  }

  @Test
  void a_delayed_message_comes_after_its_eta_and_soon() {
    broker.declare(queue);
    Inbound in = new Inbound();
    broker.subscribe(queue, 10, in);
    Instant eta = Instant.now().plusMillis(1_200);
    broker.publish(new Delayed(queue.name(), eta), message("later")).join();
    broker.publish(new Delayed(queue.name(), Instant.now().minusSeconds(5)), message("now")).join();

    assertThat(Inbound.text(in.next())).isEqualTo("now");
    Delivery later = in.next();

    Instant at = Instant.now();
    assertThat(Inbound.text(later)).isEqualTo("later");
    assertThat(at).isAfter(eta).isBefore(eta.plusSeconds(3));
    assertThat(later.message().headers().get(Headers.WAITED)).isEqualTo(IsoTime.format(eta));
    assertThat(later.redelivered()).isFalse();
  }

  @Test
  void an_eta_beyond_the_ladder_is_refused() {
    broker.declare(queue);
    assertThatThrownBy(
            () ->
                broker
                    .publish(
                        new Delayed(queue.name(), Instant.now().plus(3650, ChronoUnit.DAYS)),
                        message("far"))
                    .join())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void delayed_messages_for_a_deleted_queue_stall_no_other_and_end_in_unrouted() throws Exception {
    QueueSpec gone = spec("gone");
    broker.declare(queue);
    broker.declare(gone);
    Inbound unrouted = new Inbound();
    broker.subscribe(new QueueSpec(broker.topology().unrouted(), profile()), 100, unrouted);
    Inbound in = new Inbound();
    broker.subscribe(queue, 100, in);
    Instant eta = Instant.now().plusSeconds(2);
    List<CompletableFuture<Void>> confirms = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      confirms.add(broker.publish(new Delayed(gone.name(), eta), message("lost-" + i)));
    }
    for (int i = 0; i < 8; i++) {
      confirms.add(broker.publish(new Delayed(queue.name(), eta), message("kept-" + i)));
    }
    confirms.forEach(CompletableFuture::join);
    deleteQueue(gone.name());

    List<Delivery> kept = in.next(8);

    assertThat(Instant.now()).isBefore(eta.plusSeconds(5));
    assertThat(texts(kept)).allMatch(text -> text.startsWith("kept-"));
    List<Delivery> lost = unrouted.next(64);
    assertThat(texts(lost)).allMatch(text -> text.startsWith("lost-"));
    assertThat(lost).allSatisfy(delivery -> assertUnrouted(delivery, gone.name()));
  }

  /** What a redrive needs: the queue's name, which stands behind the ladder's 28 digits. */
  private void assertUnrouted(Delivery delivery, String queue) {
    assertThat(delivery.message().headers().get("x-death"))
        .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
        .first(InstanceOfAssertFactories.map(String.class, Object.class))
        .containsEntry("reason", "expired")
        .hasEntrySatisfying(
            "queue", level -> assertThat(level.toString()).startsWith(suffix + ".sluice_delayed_"))
        .hasEntrySatisfying("time", at -> assertThat(at).isInstanceOf(Instant.class))
        .extractingByKey("routing-keys", InstanceOfAssertFactories.LIST)
        .first(InstanceOfAssertFactories.STRING)
        .matches("([01]\\.){28}" + Pattern.quote(queue));
  }

  @Test
  void a_delayed_message_reaches_its_own_queue_only_although_another_name_is_its_suffix() {
    QueueSpec high = new QueueSpec(suffix + ".high." + queue.name(), profile());
    broker.declare(queue);
    broker.declare(high);
    Inbound in = new Inbound();
    Inbound inHigh = new Inbound();
    broker.subscribe(queue, 10, in);
    broker.subscribe(high, 10, inHigh);
    broker.publish(new Delayed(high.name(), Instant.now().plusMillis(500)), message("h")).join();
    assertThat(Inbound.text(inHigh.next())).isEqualTo("h");
    assertThat(in.staysEmpty(300)).isTrue();
  }

  @Test
  void two_queues_shared_with_celery_cannot_be_suffixes_of_each_other() {
    broker.declare(new QueueSpec(suffix + ".shared", QueueSpec.Profile.CELERY));
    assertThatThrownBy(
            () ->
                broker.declare(new QueueSpec("x." + suffix + ".shared", QueueSpec.Profile.CELERY)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(suffix + ".shared");
  }

  @Test
  void broker_headers_are_not_published_again() {
    broker.declare(queue);
    broker
        .publish(
            new ToQueue(queue.name()),
            message("a", Map.of("x-death", List.of(), "x-delivery-count", 7, "task", "noop")))
        .join();
    Inbound in = new Inbound();
    broker.subscribe(queue, 10, in);
    Delivery delivery = in.next();
    assertThat(delivery.message().headers()).containsOnlyKeys("task");
    assertThat(delivery.deliveryCount()).isZero();
  }

  @Test
  void stats_count_what_is_ready_and_purge_removes_it() {
    assertThat(broker.stats(suffix + ".none")).isEmpty();
    assertThat(broker.purge(suffix + ".none")).isZero();
    broker.declare(queue);
    publish(queue, "1", "2", "3");
    Inbound in = new Inbound();
    Subscription subscription = broker.subscribe(queue, 1, in);
    in.next();
    await()
        .untilAsserted(() -> assertThat(broker.stats(queue.name())).hasValue(new QueueStats(2, 1)));
    assertThat(broker.purge(queue.name())).isEqualTo(2);
    subscription.close();
    await()
        .untilAsserted(() -> assertThat(broker.stats(queue.name())).hasValue(new QueueStats(1, 0)));
  }

  @Test
  void a_broadcast_reaches_every_subscriber_and_none_that_left() throws Exception {
    String exchange = suffix + ".pidbox";
    BlockingQueue<String> first = new LinkedBlockingQueue<>();
    BlockingQueue<String> second = new LinkedBlockingQueue<>();
    Subscription one = subscribeTo(exchange, "one", first);
    Subscription two = subscribeTo(exchange, "two", second);
    await().until(() -> one.active() && two.active());
    broker.publish(new ToExchange(exchange, ""), message("hello")).join();
    assertThat(first.poll(20, TimeUnit.SECONDS)).isEqualTo("hello");
    assertThat(second.poll(20, TimeUnit.SECONDS)).isEqualTo("hello");

    one.close();
    broker.publish(new ToExchange(exchange, ""), message("again")).join();

    assertThat(second.poll(20, TimeUnit.SECONDS)).isEqualTo("again");
    assertThat(first).isEmpty();
  }

  @Test
  void a_listener_of_broadcasts_is_told_when_it_is_subscribed() throws Exception {
    CountDownLatch subscribed = new CountDownLatch(1);
    BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    String exchange = suffix + ".told";
    broker.subscribeBroadcast(
        exchange,
        suffix + ".told",
        new Broker.BroadcastListener() {
          @Override
          public void onMessage(Message message) {
            texts.add(new String(message.body(), StandardCharsets.UTF_8));
          }

          @Override
          public void onSubscribed() {
            subscribed.countDown();
          }
        });

    assertThat(subscribed.await(20, TimeUnit.SECONDS)).isTrue();
    broker.publish(new ToExchange(exchange, ""), message("after that")).join();
    assertThat(texts.poll(20, TimeUnit.SECONDS)).isEqualTo("after that");
  }

  @Test
  void it_is_no_error_that_nobody_receives_what_goes_to_an_exchange() {
    broker.declare(queue);
    broker.publish(new ToExchange("", suffix + ".nobody"), message("a")).join();
    broker.publish(new ToExchange(suffix + ".missing", "x"), message("b")).join();
    publish(queue, "still works");
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .untilAsserted(() -> broker.publish(new ToExchange("", queue.name()), message("c")).join());
    await().untilAsserted(() -> assertThat(ready(queue.name())).isEqualTo(2));
  }

  @Test
  void a_deleted_queue_that_is_consumed_is_declared_and_consumed_again() throws Exception {
    broker.declare(queue);
    Inbound in = new Inbound();
    Subscription subscription = broker.subscribe(queue, 10, in);
    publish(queue, "1");
    Delivery old = in.next();
    deleteQueue(queue.name());
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .untilAsserted(() -> publish(queue, "2"));
    assertThat(Inbound.text(in.next())).isEqualTo("2");
    old.ack();
    assertThat(subscription.active()).isTrue();
  }

  @Test
  void a_callback_of_a_confirm_may_publish_and_wait() throws Exception {
    broker.declare(queue);
    CompletableFuture<Void> chain =
        broker
            .publish(new ToQueue(queue.name()), message("1"))
            .thenRun(() -> assertThat(broker.health().connected()).isTrue())
            .thenCompose(done -> broker.publish(new ToQueue(queue.name()), message("2")));
    chain.get(20, TimeUnit.SECONDS);
    await().untilAsserted(() -> assertThat(ready(queue.name())).isEqualTo(2));
  }

  @Test
  void a_closed_broker_takes_nothing_and_leaves_no_thread() {
    broker.declare(queue);
    Inbound in = new Inbound();
    broker.subscribe(queue, 10, in);
    publish(queue, "1");
    in.next();
    List<Thread> before = ours();
    assertThat(before).isNotEmpty();
    broker.close();
    assertThatThrownBy(() -> broker.publish(new ToQueue(queue.name()), message("2")).join())
        .hasCauseInstanceOf(BrokerException.Unavailable.class);
    assertThat(broker.health().connected()).isFalse();
    await().untilAsserted(() -> assertThat(before).noneMatch(Thread::isAlive));
  }

  private Subscription subscribeTo(String exchange, String name, BlockingQueue<String> texts) {
    return broker.subscribeBroadcast(
        exchange,
        suffix + "." + name,
        message -> texts.add(new String(message.body(), StandardCharsets.UTF_8)));
  }

  private static List<Thread> ours() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("sluice-"))
        .filter(Thread::isAlive)
        .toList();
  }
}
