package dev.sluice.worker;

import dev.sluice.message.MalformedMessage;
import dev.sluice.message.TaskBody;
import dev.sluice.worker.governor.Governor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Answers operators on behalf of a worker.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class ControlDesk implements WorkerControl {
  private static final int CLIP = 1_000;

  private final Wiring wiring;
  private final List<QueueConsumer> consumers;
  private final DeadlineWatch deadlines;
  private final Runnable stop;
  private final Instant opened;
  private final List<Runnable> revocationNudges = new CopyOnWriteArrayList<>();

  ControlDesk(
      Wiring wiring, List<QueueConsumer> consumers, DeadlineWatch deadlines, Runnable stop) {
    this.wiring = wiring;
    this.consumers = consumers;
    this.deadlines = deadlines;
    this.stop = stop;
    opened = wiring.options().clock().instant();
  }

  /** What makes the revoked ids go to an inbox at once. */
  void revocationsNudge(Runnable nudge) {
    revocationNudges.add(nudge);
  }

  @Override
  public String node() {
    return wiring.options().node();
  }

  @Override
  public Stats stats() {
    Map<String, Queue> queues = new TreeMap<>();
    consumers.forEach(consumer -> queues.put(consumer.queue(), consumer.state()));
    return new Stats(
        Duration.between(opened, wiring.options().clock().instant()),
        wiring.counters().totalCompleted(),
        wiring.counters().totalFailed(),
        queues);
  }

  @Override
  public List<Running> active() {
    List<Running> active = new ArrayList<>();
    for (QueueConsumer consumer : consumers) {
      consumer.running().forEach(attempt -> active.add(running(attempt)));
    }
    return active;
  }

  @Override
  public Set<String> registered() {
    return wiring.handlers().names();
  }

  @Override
  public @Nullable String taskType(String taskName) {
    Registration<?> found = wiring.handlers().find(taskName);
    return found == null ? null : found.type().name();
  }

  @Override
  public Set<String> databases() {
    return wiring.options().databases().keySet();
  }

  @Override
  public Governor governor() {
    return wiring.governor();
  }

  @Override
  public void revoke(Collection<String> ids, boolean terminate) {
    wiring.revocations().add(ids);
    wiring.databases().forEach(database -> database.revocations().add(ids));
    if (terminate) {
      Set<String> wanted = Set.copyOf(ids);
      for (QueueConsumer consumer : consumers) {
        List<Attempt> revoked =
            consumer.running().stream()
                .filter(attempt -> wanted.contains(attempt.task().id()))
                .toList();
        deadlines.abort(revoked, Attempt.Cut.REVOKED);
      }
    }
    // After the abort: a running transaction would make the inbox wait for its row.
    revocationNudges.forEach(Runnable::run);
  }

  @Override
  public void shutdown() {
    stop.run();
  }

  private Running running(Attempt attempt) {
    TaskBody body = body(attempt);
    return new Running(
        attempt.task().id(),
        attempt.task().task(),
        body == null ? "[]" : clip(body.args().toString()),
        body == null ? "{}" : clip(body.kwargs().toString()),
        attempt.ref().attempt(),
        attempt.received(),
        attempt.queue(),
        attempt.delivery().redelivered());
  }

  /** Read again: hardly any attempt is ever looked at. */
  private @Nullable TaskBody body(Attempt attempt) {
    try {
      return wiring.codec().parse(attempt.task());
    } catch (MalformedMessage e) {
      return null;
    }
  }

  private static String clip(String json) {
    return json.length() <= CLIP ? json : json.substring(0, CLIP - 1) + "…";
  }
}
