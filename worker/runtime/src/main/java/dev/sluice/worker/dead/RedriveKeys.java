package dev.sluice.worker.dead;

import dev.sluice.keys.Claim;
import dev.sluice.keys.Generations;
import dev.sluice.keys.Holding;
import dev.sluice.keys.KeyName;
import dev.sluice.keys.KeyRows;
import dev.sluice.keys.KeyStore;
import dev.sluice.keys.KeyStoreUnavailable;
import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.producer.Exclusive;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of exclusive tasks that are sent back: a task takes its key again, or is refused.
 *
 * <p>Threading: for one thread, its redrive's.
 */
final class RedriveKeys {
  private static final Logger log = LoggerFactory.getLogger(RedriveKeys.class);

  private final @Nullable KeyStore store;
  private final Instant now;
  private final Map<KeyName, String> taken = new LinkedHashMap<>();

  /**
   * Keys in the database, and in a store.
   *
   * @param store null for none
   */
  RedriveKeys(@Nullable KeyStore store, Instant now) {
    this.store = store;
    this.now = now;
  }

  /**
   * Takes a task's key again, if it has one.
   *
   * @param transaction the redrive's
   * @return why the task may not be sent back; null when it may
   */
  @Nullable String take(Connection transaction, DeadTask task, Message dead) throws SQLException {
    String id = task.taskId();
    if (id == null || !(dead.headers().get(Headers.EXCLUSIVE) instanceof String text)) {
      return null;
    }
    KeyName key = KeyName.exclusive(String.valueOf(task.taskName()), text);
    if (dead.headers().get(Headers.GENERATION) instanceof Number generation) {
      Generations.Newest newest = Generations.newest(transaction, key);
      return newest == null || newest.generation() <= generation.longValue()
          ? null
          : "superseded: task " + newest.taskId() + " took its place";
    }
    Claim claim = new Claim(id, dead.body(), now, Exclusive.DEFAULT_TTL);
    String refusal = refusal(id, KeyRows.takeWithin(transaction, key, claim));
    if (refusal != null || store == null) {
      return refusal;
    }
    try {
      refusal = refusal(id, store.take(key, claim));
    } catch (KeyStoreUnavailable e) {
      refusal = "its exclusive key could not be taken: " + e.getMessage() + "; try again later";
    }
    if (refusal != null) {
      KeyRows.release(transaction, key, id);
    } else {
      taken.put(key, id);
    }
    return refusal;
  }

  /** The redrive is committed: confirms in the store what was taken there. */
  void committed() {
    taken.forEach(
        (key, id) -> {
          try {
            store().confirm(key, id);
          } catch (KeyStoreUnavailable e) {
            log.warn("{}", e.getMessage());
          }
        });
  }

  private KeyStore store() {
    if (store == null) {
      throw new IllegalStateException("nothing was taken");
    }
    return store;
  }

  private static @Nullable String refusal(String id, Holding holding) {
    return holding.taskId().equals(id)
        ? null
        : "superseded: task "
            + holding.taskId()
            + " holds its exclusive key; redrive it after that";
  }
}
