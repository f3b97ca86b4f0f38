package dev.sluice.worker.control;

import dev.sluice.worker.WorkerControl;
import dev.sluice.worker.governor.Governor;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A worker that runs one task for ever and remembers what it was told. */
final class FakeWorker implements WorkerControl {
  static final String RUNNING = "0193f0c0-0000-7000-8000-000000000001";

  record Revoked(Set<String> ids, boolean terminate) {}

  final BlockingQueue<Revoked> revoked = new LinkedBlockingQueue<>();
  final CountDownLatch shutdown = new CountDownLatch(1);
  final Governor governor = new Governor();
  private final String node;

  FakeWorker(String node) {
    this.node = node;
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public Stats stats() {
    return new Stats(
        Duration.ofSeconds(90),
        Map.of("clicks.record", 40L),
        Map.of("clicks.record", 2L, "clicks.lost", 1L),
        Map.of("sluice", new Queue(4, 16, 1, 3, true), "maintenance", new Queue(1, 4, 0, 0, true)));
  }

  @Override
  public List<Running> active() {
    return List.of(
        new Running(
            RUNNING,
            "clicks.record",
            "[]",
            "{\"user\":7,\"page\":\"/Grüße\"}",
            1,
            Instant.parse("2026-11-21T02:05:00.500Z"),
            "sluice",
            false));
  }

  @Override
  public Set<String> registered() {
    return Set.of("clicks.record", "clicks.lost");
  }

  @Override
  public @Nullable String taskType(String taskName) {
    return registered().contains(taskName) ? taskName : null;
  }

  @Override
  public Set<String> databases() {
    return Set.of("main");
  }

  @Override
  public Governor governor() {
    return governor;
  }

  @Override
  public void revoke(Collection<String> ids, boolean terminate) {
    revoked.add(new Revoked(Set.copyOf(ids), terminate));
  }

  @Override
  public void shutdown() {
    shutdown.countDown();
  }
}
