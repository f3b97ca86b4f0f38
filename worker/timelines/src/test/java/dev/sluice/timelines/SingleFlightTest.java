package dev.sluice.timelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SingleFlightTest {
  private static final int MANY = 20;

  private final SingleFlight flights = new SingleFlight();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void what_many_want_at_the_same_time_is_done_once() throws Exception {
    CountDownLatch landing = new CountDownLatch(1);
    List<CompletableFuture<Void>> all = takeOff("a", landing, null);

    landing.countDown();

    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    assertThat(runs).hasValue(1);
  }

  @Test
  void all_of_them_are_told_of_its_failure_and_the_next_tries_again() throws Exception {
    CountDownLatch landing = new CountDownLatch(1);
    List<CompletableFuture<Void>> all = takeOff("a", landing, new SQLException("away"));

    landing.countDown();

    assertThat(all).allSatisfy(one -> assertThatThrownBy(one::join).hasRootCauseMessage("away"));
    flights.run("a", runs::incrementAndGet);
    assertThat(runs).hasValue(2);
  }

  @Test
  void another_key_does_not_wait() throws Exception {
    CountDownLatch landing = new CountDownLatch(1);
    List<CompletableFuture<Void>> all = takeOff("a", landing, null);

    flights.run("b", runs::incrementAndGet);

    assertThat(runs).hasValue(2);
    landing.countDown();
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
  }

  private List<CompletableFuture<Void>> takeOff(
      String key, CountDownLatch landing, SQLException failure) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      all.add(
          CompletableFuture.runAsync(
              () -> {
                synchronized (waiting) {
                  waiting.add(Thread.currentThread());
                }
                fly(key, landing, failure);
              },
              threads));
    }
    await()
        .until(
            () -> {
              synchronized (waiting) {
                return waiting.size() == MANY
                    && waiting.stream().allMatch(t -> t.getState() == Thread.State.WAITING);
              }
            });
    return all;
  }

  private void fly(String key, CountDownLatch landing, SQLException failure) {
    try {
      flights.run(
          key,
          () -> {
            runs.incrementAndGet();
            awaitLanding(landing);
            if (failure != null) {
              throw failure;
            }
          });
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitLanding(CountDownLatch landing) {
    try {
      landing.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
