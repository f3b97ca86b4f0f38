package dev.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Collects deliveries for a test. */
public final class Inbound implements Broker.DeliveryListener {
  private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();

  @Override
  public void onDelivery(Delivery delivery) {
    deliveries.add(delivery);
  }

  /** The next delivery, which must come within 20 seconds. */
  public Delivery next() {
    try {
      Delivery next = deliveries.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("a delivery within 20 s").isNotNull();
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public List<Delivery> next(int count) {
    List<Delivery> next = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      next.add(next());
    }
    return next;
  }

  /** Whether nothing more has come so far. */
  public boolean isEmpty() {
    return deliveries.isEmpty();
  }

  /** Whether nothing comes for {@code millis}. */
  public boolean staysEmpty(long millis) {
    try {
      Delivery next = deliveries.poll(millis, TimeUnit.MILLISECONDS);
      if (next != null) {
        deliveries.add(next);
      }
      return next == null;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public static String text(Delivery delivery) {
    return new String(delivery.message().body(), StandardCharsets.UTF_8);
  }
}
