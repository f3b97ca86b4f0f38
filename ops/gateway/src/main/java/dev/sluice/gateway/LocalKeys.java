package dev.sluice.gateway;

import dev.sluice.keys.Claim;
import dev.sluice.keys.Holding;
import dev.sluice.keys.KeyName;
import dev.sluice.keys.KeyStore;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys in this process's memory, for a gateway that has neither Redis nor a database: it alone
 * tells a repeated request from a new one, until it ends or has seen many others. The inbox of the
 * workers refuses a second effect all the same.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class LocalKeys implements KeyStore {
  /** Some 300 bytes each. */
  static final int MOST = 50_000;

  private final Map<KeyName, Held> held =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<KeyName, Held> eldest) {
          return size() > MOST;
        }
      };

  /**
   * Who holds a key.
   *
   * @param until when the key is free again
   */
  private record Held(
      String taskId, boolean confirmed, Instant since, Instant until, byte[] fingerprint) {}

  @Override
  public synchronized Holding take(KeyName key, Claim claim) {
    Held holder = held.get(key);
    if (holder != null && holder.until().isAfter(claim.now())) {
      return new Holding(
          holder.taskId(), false, holder.confirmed(), holder.since(), holder.fingerprint());
    }
    byte[] fingerprint = Clients.digest(claim.body());
    Instant until = claim.now().plus(claim.ttl());
    // Removed first, so that it counts as the youngest.
    held.remove(key);
    held.put(key, new Held(claim.taskId(), false, claim.now(), until, fingerprint));
    return new Holding(claim.taskId(), true, false, claim.now(), fingerprint);
  }

  @Override
  public synchronized void confirm(KeyName key, String taskId) {
    Held holder = holder(key, taskId);
    if (holder != null) {
      held.replace(
          key, new Held(taskId, true, holder.since(), holder.until(), holder.fingerprint()));
    }
  }

  @Override
  public synchronized void giveUp(KeyName key, String taskId) {
    Held holder = holder(key, taskId);
    if (holder != null && !holder.confirmed()) {
      held.remove(key);
    }
  }

  @Override
  public synchronized void release(KeyName key, String taskId) {
    if (holder(key, taskId) != null) {
      held.remove(key);
    }
  }

  @Override
  public void close() {}

  private @Nullable Held holder(KeyName key, String taskId) {
    Held holder = held.get(key);
    return holder != null && holder.taskId().equals(taskId) ? holder : null;
  }
}
