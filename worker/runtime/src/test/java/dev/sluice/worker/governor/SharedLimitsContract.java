package dev.sluice.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.redis.Redis;
import dev.sluice.redis.RedisScripts;
import dev.sluice.worker.governor.SharedStore.Limit;
import dev.sluice.worker.governor.SharedStore.Name;
import dev.sluice.worker.governor.SharedStore.Verdict;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits that several workers share, on a Redis and on a cluster. */
abstract class SharedLimitsContract {
  private static final Duration LIFE = Duration.ofMillis(1500);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Name TYPE = new Name("mails.send", "");

  private final URI url = url();
  private final String namespace = "t" + UUID.randomUUID().toString().substring(0, 8);
  private final List<RedisScripts> connections = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  abstract URI url();

  @AfterEach
  void close() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    connections.forEach(RedisScripts::close);
  }

  @Test
  void three_workers_run_as_many_at_a_time_as_the_limit_says_and_never_more() throws Exception {
    List<Limit> limits = concurrency(4);
    List<Future<?>> all = new ArrayList<>();
    for (int worker = 0; worker < 3; worker++) {
      SharedLimits limited = worker();
      for (int slot = 0; slot < 5; slot++) {
        all.add(
            threads.submit(
                () -> {
                  for (int task = 0; task < 20; task++) {
                    run(limited, limits, Duration.ofMillis(5));
                  }
                  return null;
                }));
      }
    }
    for (Future<?> one : all) {
      one.get(60, TimeUnit.SECONDS);
    }
    assertThat(most).hasValue(4);
  }

  @Test
  void three_workers_start_as_many_a_second_as_the_limit_says() throws Exception {
    List<Limit> limits = List.of(new Limit(TYPE, Limits.NONE.rate(Rate.parse("200/s"))));
    AtomicInteger started = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    List<SharedLimits> workers = List.of(worker(), worker(), worker());
    // Connections and scripts are there before the clock runs.
    for (SharedLimits worker : workers) {
      worker.take(limits, 1, later(5)).close();
    }
    long start = System.nanoTime();
    List<Future<?>> all = new ArrayList<>();
    for (SharedLimits worker : workers) {
      for (int slot = 0; slot < 4; slot++) {
        all.add(
            threads.submit(
                () -> {
                  while (!stop.get()) {
                    worker.take(limits, 1, later(5)).close();
                    started.incrementAndGet();
                  }
                  return null;
                }));
      }
    }
    await().atMost(PATIENCE).until(() -> started.get() >= 800);
    double seconds = (System.nanoTime() - start) / 1e9;
    int tasks = started.get();
    stop.set(true);
    for (Future<?> one : all) {
      one.get(30, TimeUnit.SECONDS);
    }
    assertThat((double) tasks).isLessThanOrEqualTo((seconds + 0.1) * 200 + 1);
    assertThat(seconds).as("800 at 200/s").isLessThan(6);
  }

  @Test
  void a_worker_that_floods_lets_the_waiter_of_another_one_take_turns() throws Exception {
    List<Limit> limits = concurrency(1);
    SharedLimits flooding = worker();
    SharedLimits modest = worker();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger flooded = new AtomicInteger();
    for (int slot = 0; slot < 8; slot++) {
      threads.submit(
          () -> {
            while (!stop.get()) {
              run(flooding, limits, Duration.ofMillis(5));
              flooded.incrementAndGet();
            }
            return null;
          });
    }
    await().until(() -> flooded.get() > 5);
    int before = flooded.get();
    for (int task = 0; task < 20; task++) {
      run(modest, limits, Duration.ofMillis(5));
    }
    assertThat(flooded.get() - before).as("tasks of the other, to 20 of this").isLessThan(45);
    stop.set(true);
  }

  @Test
  void the_leases_of_a_worker_that_is_gone_come_free() throws Exception {
    List<Limit> limits = concurrency(1);
    // It keeps no lease: its process is gone.
    Permit lost = worker().take(limits, 1, later(5));
    SharedLimits other = worker();
    long start = System.nanoTime();
    Permit taken = takeInTheEnd(other, limits);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(LIFE.minusMillis(300), LIFE.plusSeconds(8));
    taken.close();
    lost.close();
  }

  @Test
  void the_lease_of_a_long_attempt_is_kept() throws Exception {
    List<Limit> limits = concurrency(1);
    SharedLimits worker = worker();
    Permit held = worker.take(limits, 1, later(5));
    long start = System.nanoTime();
    SharedLimits other = worker();
    while (System.nanoTime() - start < LIFE.multipliedBy(2).toNanos()) {
      worker.runOnce();
      assertThatThrownBy(() -> other.take(limits, 1, System.nanoTime() + 100_000_000L))
          .isInstanceOf(NotPermitted.class);
    }
    held.close();
    other.take(limits, 1, later(5)).close();
  }

  @Test
  void a_slow_rate_is_remembered_until_the_next_task_may_start() throws Exception {
    SharedLimits worker = worker();
    worker.take(rate("1/h"), 1, later(5)).close();
    // Whoever looks at the limit in between must not make it be forgotten.
    assertThatThrownBy(() -> worker.take(rate("1/h"), 1, later(5)))
        .isInstanceOf(NotPermitted.class);
    store().renew(TYPE, List.of());

    try (Redis redis = Redis.open(url)) {
      String state = store().keys(TYPE).get(0);
      assertThat(Duration.ofMillis(redis.call(client -> client.pttl(state))))
          .isGreaterThan(Duration.ofMinutes(59));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1})
  void a_clock_that_jumps_an_hour_frees_no_lease_and_blocks_no_rate(long hours) throws Exception {
    Limits both = new Limits(2, Rate.parse("20/s"));
    List<Limit> limits = List.of(new Limit(TYPE, both));
    SharedLimits worker = worker();
    Permit one = worker.take(limits, 1, later(5));
    Permit two = worker.take(limits, 1, later(5));

    clockJumps(hours);

    assertThatThrownBy(() -> worker().take(limits, 1, System.nanoTime() + 100_000_000L))
        .isInstanceOf(NotPermitted.class)
        .hasMessageContaining("2 at a time");
    one.close();
    long start = System.nanoTime();
    worker().take(limits, 1, later(5)).close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    two.close();
  }

  @Test
  void after_a_jump_backwards_a_worker_that_is_gone_still_loses_its_lease() throws Exception {
    List<Limit> limits = concurrency(1);
    Permit lost = worker().take(limits, 1, later(5));
    clockJumps(-1);
    takeInTheEnd(worker(), limits).close();
    lost.close();
  }

  @Test
  void a_limit_that_is_changed_amid_a_burst_holds_from_then_on() throws Exception {
    SharedLimits worker = worker();
    worker.take(rate("1/h"), 1, later(5)).close();
    assertThatThrownBy(() -> worker.take(rate("1/h"), 1, later(5)))
        .isInstanceOfSatisfying(
            NotPermitted.class,
            refused -> assertThat(refused.pause()).isGreaterThan(Duration.ofMinutes(1)));
    long start = System.nanoTime();
    worker.take(rate("10/s"), 1, later(5)).close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));

    Permit first = worker.take(concurrency(2), 1, later(5));
    Permit second = worker.take(concurrency(2), 1, later(5));
    first.close();
    assertThatThrownBy(() -> worker.take(concurrency(1), 1, System.nanoTime() + 100_000_000L))
        .isInstanceOf(NotPermitted.class);
    second.close();
    worker.take(concurrency(1), 1, later(5)).close();
  }

  @Test
  void a_key_at_its_limit_holds_back_no_other_key_and_takes_nothing_of_its_type() throws Exception {
    Limit type = new Limit(TYPE, Limits.NONE.concurrency(2));
    List<Limit> a = List.of(new Limit(new Name("mails.send", "a"), one()), type);
    List<Limit> b = List.of(new Limit(new Name("mails.send", "b"), one()), type);
    SharedLimits worker = worker();
    Permit held = worker.take(a, 1, later(5));
    Future<Permit> waiting = threads.submit(() -> worker.take(a, 1, later(20)));
    await().until(() -> worker.waiting("mails.send") == 1);

    worker.take(b, 1, later(5)).close();
    worker.take(b, 1, later(5)).close();

    assertThat(waiting.isDone()).isFalse();
    held.close();
    waiting.get(10, TimeUnit.SECONDS).close();
  }

  @Test
  void a_batch_is_one_of_the_concurrency_and_all_of_its_tasks_of_the_rate() throws Exception {
    SharedLimits worker = worker();
    worker.take(rate("10/s"), 30, later(5)).close();
    assertThatThrownBy(() -> worker.take(rate("10/s"), 1, later(1)))
        .isInstanceOfSatisfying(
            NotPermitted.class,
            refused ->
                assertThat(refused.pause())
                    .isBetween(Duration.ofMillis(2000), Duration.ofMillis(3100)));
    Permit batch = worker.take(concurrency(2), 500, later(5));
    worker.take(concurrency(2), 1, later(5)).close();
    batch.close();
  }

  @Test
  void those_who_are_put_off_come_back_at_the_pace_of_the_rate() throws Exception {
    SharedLimits worker = worker();
    worker.take(rate("2/s"), 20, later(5)).close();
    List<Duration> pauses = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> worker.take(rate("2/s"), 1, later(1)))
          .isInstanceOfSatisfying(NotPermitted.class, refused -> pauses.add(refused.pause()));
    }
    assertThat(pauses.get(4).minus(pauses.get(0)))
        .isBetween(Duration.ofMillis(1500), Duration.ofMillis(2100));
  }

  @Test
  void a_take_whose_reply_was_lost_and_that_is_sent_again_counts_once() {
    RedisLimits store = store();
    List<Limit> limits = List.of(new Limit(TYPE, new Limits(2, Rate.parse("1/m"))));
    SharedStore.Ask ask = new SharedStore.Ask("one", limits, 1, Duration.ofSeconds(5));
    assertThat(store.take(ask).verdict()).isEqualTo(Verdict.TAKEN);
    assertThat(store.take(ask).verdict()).isEqualTo(Verdict.TAKEN);
    assertThat(store.renew(TYPE, List.of())).isEqualTo(1);
  }

  @Test
  void a_waiter_that_is_gone_holds_up_nobody_for_long() throws Exception {
    RedisLimits store = store();
    List<Limit> limits = concurrency(1);
    Permit held = worker().take(limits, 1, later(5));
    SharedStore.Ask gone = new SharedStore.Ask("gone", limits, 1, Duration.ofSeconds(5));
    assertThat(store.take(gone).verdict()).isEqualTo(Verdict.WAIT);
    held.close();
    worker().take(limits, 1, later(5)).close();
  }

  @Test
  void a_worker_that_is_told_to_stop_leaves_the_line() throws Exception {
    List<Limit> limits = concurrency(1);
    Permit held = worker().take(limits, 1, later(5));
    SharedLimits stopping = worker();
    CountDownLatch interrupted = new CountDownLatch(1);
    Future<?> waiter =
        threads.submit(
            () -> {
              try {
                stopping.take(limits, 1, later(30));
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
              return null;
            });
    await().until(() -> stopping.waiting("mails.send") == 1);
    waiter.cancel(true);
    assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(stopping.waiting("mails.send")).isZero();
    held.close();
    worker().take(limits, 1, later(1)).close();
  }

  @Test
  void workers_that_are_there_are_counted() {
    List<SharedLimits> workers = List.of(worker(), worker(), worker());
    workers.forEach(worker -> worker.watch("mails.send"));
    workers.forEach(SharedLimits::runOnce);
    assertThat(workers.get(2).workers()).isEqualTo(3);
  }

  private SharedLimits worker() {
    return new SharedLimits(store(), 1, System::nanoTime);
  }

  private RedisLimits store() {
    RedisScripts redis = RedisScripts.open(url);
    connections.add(redis);
    return new RedisLimits(redis, namespace, LIFE);
  }

  /** A task that waits its turn as often as it takes. */
  private Permit takeInTheEnd(SharedLimits worker, List<Limit> limits) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return worker.take(limits, 1, later(5));
      } catch (NotPermitted e) {
        assertThat(System.nanoTime()).as("still refused: %s", e.getMessage()).isLessThan(end);
      }
    }
  }

  private void run(SharedLimits worker, List<Limit> limits, Duration runtime) throws Exception {
    Permit permit = takeInTheEnd(worker, limits);
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    new CountDownLatch(1).await(runtime.toMillis(), TimeUnit.MILLISECONDS);
    running.decrementAndGet();
    permit.close();
  }

  /** As if the server's clock had jumped: what it has stored lies in the past, or ahead. */
  private void clockJumps(long hours) {
    long micros = TimeUnit.HOURS.toMicros(hours);
    List<String> keys = store().keys(TYPE);
    try (Redis redis = Redis.open(url)) {
      for (String field : List.of("at", "tat", "later")) {
        String time = redis.call(client -> client.hget(keys.get(0), field));
        if (time != null) {
          redis.call(
              client ->
                  client.hset(keys.get(0), field, Long.toString(Long.parseLong(time) - micros)));
        }
      }
      for (String key : List.of(keys.get(1), keys.get(3))) {
        for (String id : redis.call(client -> client.zrange(key, 0, -1))) {
          redis.call(client -> client.zincrby(key, -micros, id));
        }
      }
    }
  }

  private static Limits one() {
    return Limits.NONE.concurrency(1);
  }

  private static List<Limit> concurrency(int concurrency) {
    return List.of(new Limit(TYPE, Limits.NONE.concurrency(concurrency)));
  }

  private static List<Limit> rate(String rate) {
    return List.of(new Limit(TYPE, Limits.NONE.rate(Rate.parse(rate))));
  }

  private static long later(int seconds) {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }
}
