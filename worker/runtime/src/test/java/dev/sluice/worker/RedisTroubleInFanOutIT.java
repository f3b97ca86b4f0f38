package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RedisService;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.worker.fanout.FanOutOptions;
import dev.sluice.worker.longtask.NotNow;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A fan-out whose Redis is out of memory, or restarted, in the middle. */
class RedisTroubleInFanOutIT {
  private static final int RECIPIENTS = 10_000;
  private static final int CHUNK = 100;
  private static final int MIDDLE = 20;
  private static final int WAITING = 6;

  // A Redis of its own, since it is killed.
  private static final DevServices SERVICES =
      DevServices.start(ServiceOptions.of(ServiceKind.REDIS));
  private static final RedisService REDIS = SERVICES.redis();

  @RegisterExtension FanOutServers servers = new FanOutServers(RECIPIENTS, URI.create(REDIS.url()));

  private final AtomicInteger writes = new AtomicInteger();
  private final CountDownLatch waiting = new CountDownLatch(WAITING);

  @AfterAll
  static void end() {
    SERVICES.close();
  }

  @Test
  void chunks_wait_for_a_redis_that_is_out_of_memory() throws Exception {
    try (Worker worker = start(() -> maxMemory("1"))) {
      assertThat(waiting.await(FanOutServers.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(worker.health().consuming()).isTrue();
      assertThat(servers.ends()).isEmpty();

      maxMemory("0");
      servers.awaitEnd("done");
    }
    servers.assertLedgerExact();
    assertThat(servers.strings("SELECT task_id FROM sluice_dead_task")).isEmpty();
  }

  @Test
  void chunks_wait_for_a_redis_that_is_killed_and_comes_back() throws Exception {
    try (Worker worker = start(REDIS::kill)) {
      assertThat(waiting.await(FanOutServers.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(worker.health().consuming()).isTrue();
      assertThat(servers.ends()).isEmpty();

      REDIS.start();
      servers.awaitEnd("done");
    }
    servers.assertLedgerExact();
    assertThat(servers.strings("SELECT task_id FROM sluice_dead_task")).isEmpty();
  }

  /** A worker that makes trouble before one of its chunks. */
  private Worker start(Runnable trouble) throws Exception {
    servers.execute("DELETE FROM sluice_dead_task");
    DoomedFanOut fanOut = new DoomedFanOut(servers.database().dataSource(), servers.redis());
    Worker worker =
        fanOut.open(
            servers.broker(),
            fanOut.kind(
                FanOutOptions.DEFAULTS.chunk(CHUNK),
                (notice, recipients) -> {
                  if (writes.incrementAndGet() == MIDDLE) {
                    trouble.run();
                  }
                  try {
                    fanOut.write(notice, recipients);
                  } catch (NotNow e) {
                    waiting.countDown();
                    throw e;
                  }
                }),
            FanOutOptions.DEFAULTS.lanes());
    servers.start();
    return worker.start();
  }

  private void maxMemory(String bytes) {
    servers.redis().call(jedis -> jedis.configSet("maxmemory", bytes));
  }
}
