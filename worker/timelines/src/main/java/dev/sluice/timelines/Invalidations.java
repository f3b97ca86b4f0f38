package dev.sluice.timelines;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Broker.BroadcastListener;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.Route;
import dev.sluice.broker.Subscription;
import dev.sluice.message.Message;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells every process that caches posts which of them have changed, and is told by them. What was
 * sent while the connection was down is missed, so with every new subscription everything is
 * forgotten.
 *
 * <p>Threading: safe for use by any number of threads; told on the broker's own thread.
 */
final class Invalidations implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Invalidations.class);
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final long PATIENCE_SECONDS = 5;

  private final Broker broker;
  private final LocalPosts local;
  private final Subscription subscription;

  private Invalidations(Broker broker, LocalPosts local) {
    this.broker = broker;
    this.local = local;
    subscription =
        broker.subscribeBroadcast(
            broker.topology().invalidations(),
            broker.topology().invalidations() + "." + UUID.randomUUID(),
            new BroadcastListener() {
              @Override
              public void onMessage(Message message) {
                received(message);
              }

              @Override
              public void onSubscribed() {
                local.clear();
              }
            });
  }

  static Invalidations open(Broker broker, LocalPosts local) {
    return new Invalidations(broker, local);
  }

  /**
   * Whether this process hears of changes; while it does not, what it remembers is not to be used.
   */
  boolean receiving() {
    return subscription.active();
  }

  /**
   * Tells everybody.
   *
   * @throws BrokerException when the broker did not confirm it
   */
  void send(List<Long> posts) {
    if (!receiving()) {
      // The exchange may not be there yet, and publishing to none costs everybody the channel.
      throw new BrokerException.Unavailable(
          "the invalidation of posts cannot be sent: no subscription to "
              + broker.topology().invalidations()
              + " yet",
          null);
    }
    byte[] body = MAPPER.writeValueAsBytes(new Changed(posts));
    Message message = new Message("application/json", "utf-8", 0, null, null, Map.of(), body);
    try {
      broker
          .publish(new Route.ToExchange(broker.topology().invalidations(), ""), message)
          .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof BrokerException known) {
        throw known;
      }
      if (e.getCause() instanceof TimeoutException) {
        throw new BrokerException.Unknown(
            "no confirm of an invalidation in " + PATIENCE_SECONDS + " s", e.getCause());
      }
      throw e;
    }
  }

  @Override
  public void close() {
    subscription.close();
  }

  private void received(Message message) {
    @Nullable Changed changed = read(message);
    if (changed == null || changed.posts() == null) {
      log.warn("an invalidation could not be read: every post is forgotten");
      local.clear();
    } else {
      changed.posts().forEach(local::invalidate);
    }
  }

  private static @Nullable Changed read(Message message) {
    try {
      return MAPPER.readValue(message.body(), Changed.class);
    } catch (JacksonException e) {
      return null;
    }
  }

  /** Body of an invalidation. */
  private record Changed(@Nullable List<Long> posts) {}
}
