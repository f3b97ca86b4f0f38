package dev.sluice.worker;

import dev.sluice.message.BodyTooLarge;
import dev.sluice.message.DeadReason;
import dev.sluice.message.MalformedMessage;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskBody;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskType;
import dev.sluice.topology.DelayLadder;
import dev.sluice.worker.governor.Admission;
import dev.sluice.worker.governor.NotPermitted;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one attempt for a delivery, from its bytes to its settlement. Reads top to bottom.
 *
 * <p>Threading: stateless; called by every slot's thread.
 */
final class AttemptRunner {
  private static final Logger log = LoggerFactory.getLogger(AttemptRunner.class);

  private final Wiring wiring;
  private final WorkerOptions options;
  private final LongSupplier ticks;
  private final WorkerListener listener;
  private final PayloadCodec codec;
  private final Verdicts verdicts;
  private final RunGate gate;
  private final Deadlines deadlines;
  private final String unrouted;
  private final List<Check> checks =
      List.of(
          this::unrouted,
          this::decode,
          attempt -> OrderedDelivery.outOfTurn(attempt.delivery()),
          this::expired,
          this::future,
          this::findHandler,
          this::readPayload,
          this::revoked,
          this::superseded,
          this::crashes);

  /** Something that may settle a delivery before its handler is asked; null when it does not. */
  private interface Check {
    @Nullable Settlement settlement(Attempt attempt) throws SQLException;
  }

  /** How far an attempt came: settled, settled without its slot, or to be run with others. */
  enum Ran {
    SETTLED,
    ABANDONED,
    FOR_A_BATCH
  }

  AttemptRunner(Wiring wiring) {
    this.wiring = wiring;
    options = wiring.options();
    ticks = options.ticks();
    listener = wiring.listener();
    codec = wiring.codec();
    verdicts = wiring.verdicts();
    gate = wiring.gate();
    deadlines = wiring.deadlines();
    unrouted = options.broker().topology().unrouted();
  }

  /** One attempt, if its delivery is worth one. */
  Ran run(Attempt attempt, Slot slot) {
    Settlement settlement = decide(attempt, slot);
    if (settlement == null) {
      return Ran.FOR_A_BATCH;
    }
    if (!attempt.claim()) {
      return Ran.ABANDONED;
    }
    settle(attempt, settlement);
    return Ran.SETTLED;
  }

  /** Carries out a decision that the caller has claimed the right to, and tells of it. */
  void settle(Attempt attempt, Settlement settlement) {
    try {
      Settlement ready = OrderedDelivery.prepared(attempt.delivery(), settlement);
      wiring.firings().settling(attempt, ready);
      Settlement done = wiring.settler().settle(attempt.delivery(), ready);
      if (attempt.marks() > 0) {
        wiring.crashMarks().clear(attempt.task().id());
      }
      wiring.exclusives().settled(attempt, done);
      done.tell(attempt, listener);
    } finally {
      // Not before its marks are cleared: the next one may end the worker.
      gate.leave(attempt);
      attempt.leaveKey();
    }
  }

  private @Nullable Settlement decide(Attempt attempt, Slot slot) {
    try {
      for (Check check : checks) {
        Settlement early = check.settlement(attempt);
        if (early != null) {
          return early;
        }
      }
      return attempt.registration() instanceof Registration.Batch ? null : admitted(attempt, slot);
    } catch (InterruptedException e) {
      return new Settlement.GivenBack("the worker stopped before it was started");
    } catch (SQLException e) {
      return verdicts.putOff(attempt, "the database is away: " + e.getMessage());
    } catch (RuntimeException | Error e) {
      log.error("Delivery of queue {} could not be judged", attempt.delivery().queue(), e);
      return attempt.taskOrNull() == null
          ? verdicts.dead(attempt, DeadReason.MALFORMED, e.toString(), e)
          : verdicts.putOff(attempt, e.toString());
    }
  }

  private @Nullable Settlement unrouted(Attempt attempt) {
    if (!attempt.delivery().queue().equals(unrouted)) {
      return null;
    }
    return verdicts.dead(
        attempt,
        DeadReason.UNROUTED,
        "its queue did not exist when its delay ended; create the queue, then redrive",
        null);
  }

  private @Nullable Settlement decode(Attempt attempt) {
    try {
      attempt.task(MessageCodec.decode(attempt.delivery().message()));
    } catch (MalformedMessage e) {
      return verdicts.dead(attempt, DeadReason.MALFORMED, reason(e), null);
    }
    int size = attempt.task().body().length;
    if (size > codec.maxBytes()) {
      String why = "the body has " + size + " bytes, " + codec.maxBytes() + " are allowed";
      return verdicts.dead(attempt, DeadReason.TOO_LARGE, why, null);
    }
    listener.received(attempt.ref());
    return null;
  }

  private @Nullable Settlement expired(Attempt attempt) {
    Instant expires = attempt.task().expires();
    return expires == null || attempt.received().isBefore(expires)
        ? null
        : verdicts.dead(attempt, DeadReason.EXPIRED, "it had to start before " + expires, null);
  }

  private @Nullable Settlement future(Attempt attempt) {
    TaskMessage task = attempt.task();
    Instant eta = task.eta();
    // Where the broker's clock has waited and ours says that it is early, ours is behind.
    boolean waited = task.waited() != null && eta != null && !task.waited().isBefore(eta);
    if (eta == null || waited || !eta.isAfter(attempt.received())) {
      return null;
    }
    if (Duration.between(attempt.received(), eta).compareTo(DelayLadder.MAX_DELAY) > 0) {
      String why = "headers.eta: " + eta + " is further away than the longest delay";
      return verdicts.dead(attempt, DeadReason.MALFORMED, why, null);
    }
    return verdicts.early(attempt, eta);
  }

  private @Nullable Settlement findHandler(Attempt attempt) {
    TaskMessage task = attempt.task();
    Registration<?> found = wiring.handlers().find(task.task());
    if (found == null) {
      String why = "no handler for task '" + task.task() + "' in worker " + options.node();
      return verdicts.unknown(attempt, DeadReason.UNKNOWN_TASK, why);
    }
    if (task.version() > found.type().version()) {
      String why =
          "payload version "
              + task.version()
              + " is newer than "
              + found.type()
              + " of this worker";
      return verdicts.unknown(attempt, DeadReason.NEWER_PAYLOAD, why);
    }
    attempt.registration(found);
    return null;
  }

  private @Nullable Settlement readPayload(Attempt attempt) {
    TaskType<?> type = attempt.registration().type();
    PayloadReader<?> own = attempt.registration().reader();
    Record straight =
        own == null && type.schema() == null ? codec.payload(type, attempt.task()) : null;
    if (straight != null) {
      attempt.payload(straight);
      return null;
    }
    TaskBody body;
    try {
      body = codec.parse(attempt.task());
    } catch (MalformedMessage e) {
      DeadReason why = e instanceof BodyTooLarge ? DeadReason.TOO_LARGE : DeadReason.MALFORMED;
      return verdicts.dead(attempt, why, reason(e), null);
    }
    try {
      if (type.schema() != null) {
        wiring.schemas().check(type, codec.arguments(type, body));
      }
      attempt.payload(own == null ? codec.payload(type, body) : own.read(body));
      return null;
    } catch (MalformedMessage e) {
      return verdicts.dead(attempt, DeadReason.SCHEMA_VIOLATION, reason(e), null);
    }
  }

  private @Nullable Settlement revoked(Attempt attempt) throws SQLException {
    // A transactional attempt meets the row in the inbox itself.
    boolean plain = attempt.registration() instanceof Registration.Plain;
    return wiring.revocations().isRevoked(attempt.task().id(), plain)
        ? new Settlement.Revoked()
        : null;
  }

  private @Nullable Settlement superseded(Attempt attempt) throws SQLException {
    if (attempt.registration().settlesKeys()) {
      // Its attempt looks once it knows that it is no duplicate.
      return null;
    }
    String why = wiring.exclusives().superseded(attempt.task());
    if (why == null) {
      return null;
    }
    wiring.revocations().discarded(attempt.task().id());
    return new Settlement.Discarded(why);
  }

  private @Nullable Settlement crashes(Attempt attempt) throws SQLException {
    if (!attempt.delivery().redelivered()) {
      return null;
    }
    // This run counts; its mark is committed when it begins.
    attempt.marks(wiring.crashMarks().count(attempt.delivery(), attempt.task().id()) + 1);
    return attempt.marks() < CrashMarks.DEAD
        ? null
        : verdicts.dead(
            attempt,
            DeadReason.WORKER_LOST,
            "its worker was lost " + attempt.marks() + " times while it ran",
            null);
  }

  private Settlement admitted(Attempt attempt, Slot slot)
      throws InterruptedException, SQLException {
    // Before all else: who waits here must hold nothing that those inside still need.
    gate.enter(attempt, attempt.marks() >= CrashMarks.ALONE);
    try (Admission admission = slot.admission(wiring.governor(), attempt.ask())) {
      attempt.admission(admission);
      if (attempt.marks() > 0) {
        // Not before the gate: who waits there is not to blame when another one ends the worker.
        wiring.crashMarks().raise(List.of(attempt.task().id()));
      }
      return start(attempt, slot);
    } catch (NotPermitted e) {
      return verdicts.notPermitted(attempt, e);
    }
  }

  private Settlement start(Attempt attempt, Slot slot) {
    try {
      deadlines.begin(attempt);
      slot.running(List.of(attempt));
      listener.started(attempt.ref());
      return call(attempt);
    } catch (Throwable thrown) {
      // Whatever a handler throws, an error too, is its attempt's failure.
      return verdicts.thrown(attempt, thrown);
    } finally {
      slot.idle();
      attempt.end(ticks.getAsLong());
      listener.ended(attempt.ref(), attempt.runtime());
      // What was meant for the handler must not hit the settling.
      Thread.interrupted();
    }
  }

  private Settlement call(Attempt attempt) throws Exception {
    if (attempt.registration() instanceof Registration.Transactional<?> transactional) {
      return wiring.database(transactional.type()).transactions().run(attempt, transactional);
    }
    Registration.Plain<?> plain = (Registration.Plain<?>) attempt.registration();
    try (AttemptContext context = wiring.context(attempt)) {
      Outcome outcome = AttemptContext.checked(plain.handle(attempt.payload(), context));
      if (context.usedOutbox()) {
        wiring.mainDatabase().nudgeRelay();
      }
      if (outcome instanceof Outcome.Discarded) {
        wiring.revocations().discarded(attempt.task().id());
      }
      return verdicts.of(attempt, outcome, context.copies());
    }
  }

  private static String reason(MalformedMessage e) {
    return String.valueOf(e.getMessage());
  }
}
