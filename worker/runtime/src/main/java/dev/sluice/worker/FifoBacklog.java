package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** First come, first served. */
final class FifoBacklog implements Backlog {
  private final BlockingQueue<Delivery> waiting = new LinkedBlockingQueue<>();

  @Override
  public void add(Delivery delivery) {
    waiting.add(delivery);
  }

  @Override
  public Delivery take() throws InterruptedException {
    return waiting.take();
  }

  @Override
  public @Nullable Delivery poll(long nanos) throws InterruptedException {
    return waiting.poll(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public @Nullable Delivery poll() {
    return waiting.poll();
  }

  @Override
  public void settled(Delivery delivery) {}

  @Override
  public int size() {
    return waiting.size();
  }
}
