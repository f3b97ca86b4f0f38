package dev.sluice.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RedisService;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.redis.Redis;
import dev.sluice.redis.RedisScripts;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three saturated workers under one ceiling, and a Redis that goes away or whose clock jumps. */
class SharedCeilingIT {
  private static final int WORKERS = 3;
  private static final long CEILING = 1_000;
  private static final long SECOND = 1_000_000_000;

  private record Written(long at, long rows) {}

  private final ConcurrentLinkedQueue<Written> written = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<RedisScripts> connections = new ArrayList<>();
  private final List<DatabaseGovernor> workers = new ArrayList<>();
  private DevServices own;
  private RedisService redis;

  @BeforeEach
  void open() {
    own = DevServices.start(ServiceOptions.of(ServiceKind.REDIS));
    redis = own.redis();
    for (int worker = 0; worker < WORKERS; worker++) {
      RedisScripts scripts = RedisScripts.open(URI.create(redis.url()));
      connections.add(scripts);
      DatabaseGovernor governor =
          new Governor(GovernorOptions.DEFAULTS.redis(scripts)).database("main");
      governor.scope(CeilingScope.GLOBAL);
      governor.ceiling(CEILING);
      workers.add(governor);
    }
  }

  @AfterEach
  void close() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    connections.forEach(RedisScripts::close);
    own.close();
  }

  @Test
  void workers_write_together_what_the_ceiling_allows_and_without_redis_each_its_part() {
    saturate();
    assertRows("shared", 4, 900);

    redis.kill();
    await().atMost(Duration.ofSeconds(5)).until(() -> workers.stream().allMatch(this::away));
    assertRows("each its part", 5, 700);

    redis.start();
    await().atMost(Duration.ofSeconds(30)).until(() -> workers.stream().noneMatch(this::away));
    assertRows("shared again", 4, 900);
  }

  @Test
  void a_redis_whose_clock_jumps_an_hour_stops_nobody_and_lets_no_burst_through() {
    saturate();
    assertRows("before", 2, 900);
    shiftDue(Duration.ofHours(1));
    assertRows("the clock went back an hour", 3, 850);
    shiftDue(Duration.ofHours(-1));
    assertRows("the clock went on an hour", 3, 850);
  }

  @Test
  void a_task_of_more_rows_than_two_seconds_may_have_is_paid_off_before_another_one_writes() {
    RedisRows one = new RedisRows(connections.get(0), "", "main", WORKERS, System::nanoTime);
    RedisRows other = new RedisRows(connections.get(1), "", "main", WORKERS, System::nanoTime);
    assertThat(one.buy(5 * CEILING, CEILING)).as("nothing is owed").isZero();

    assertThat(Duration.ofNanos(other.buy(5 * CEILING, CEILING)))
        .isGreaterThan(Duration.ofSeconds(2));
    assertThat(Duration.ofNanos(other.buy(1, CEILING))).isGreaterThan(Duration.ofSeconds(2));
  }

  @Test
  void a_ceiling_that_is_shared_takes_a_redis() {
    DatabaseGovernor alone = new Governor().database("main");
    assertThatThrownBy(() -> alone.scope(CeilingScope.GLOBAL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set redis.url, or the scope to local");
    assertThatThrownBy(() -> alone.ceiling(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be at least 1 row a second, is 0");
    assertThatThrownBy(() -> alone.ceiling(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is -1");
  }

  private void saturate() {
    for (DatabaseGovernor worker : workers) {
      for (int slot = 0; slot < 4; slot++) {
        threads.submit(
            () -> {
              while (true) {
                try (RowPermit permit = worker.take("t", 1)) {
                  written.add(new Written(System.nanoTime(), 2));
                  permit.ended(2, 1);
                }
              }
            });
      }
    }
  }

  private boolean away(DatabaseGovernor worker) {
    return worker.snapshot().sharedAway();
  }

  /** What the server reckons with, as it is after its clock has jumped by as much the other way. */
  private void shiftDue(Duration by) {
    try (Redis direct = Redis.open(URI.create(redis.url()))) {
      String key = "sluice:ceiling:{main}";
      double due = Double.parseDouble(direct.call(jedis -> jedis.hget(key, "due")));
      double shifted = due + TimeUnit.NANOSECONDS.toMicros(by.toNanos());
      direct.call(jedis -> jedis.hset(key, "due", String.format("%.2f", shifted)));
    }
  }

  private void assertRows(String when, int seconds, long least) {
    long start = System.nanoTime();
    await()
        .pollDelay(Duration.ofSeconds(seconds))
        .atMost(Duration.ofSeconds(seconds + 5))
        .until(() -> true);
    List<Written> all =
        written.stream()
            .filter(one -> one.at() >= start)
            .sorted(Comparator.comparingLong(Written::at))
            .toList();
    double elapsed = (System.nanoTime() - start) / 1e9;
    long rows = all.stream().mapToLong(Written::rows).sum();
    assertThat(rows / elapsed).as("%s, on average", when).isBetween((double) least, 1_050.0);
    assertThat(most(all)).as("%s, in a second", when).isLessThanOrEqualTo(CEILING * 110 / 100);
  }

  private static long most(List<Written> all) {
    long most = 0;
    long sum = 0;
    int first = 0;
    for (Written last : all) {
      sum += last.rows();
      while (all.get(first).at() <= last.at() - SECOND) {
        sum -= all.get(first++).rows();
      }
      most = Math.max(most, sum);
    }
    return most;
  }
}
