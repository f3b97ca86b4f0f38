package dev.sluice.worker;

import dev.sluice.broker.Route;
import dev.sluice.message.DeadReason;
import dev.sluice.message.Headers;
import dev.sluice.message.IsoTime;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.RetryPolicy;
import dev.sluice.topology.DelayLadder;
import dev.sluice.worker.governor.NotPermitted;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a delivery, given how its attempt ended. Publishes and settles nothing.
 *
 * <p>Threading: stateless.
 */
final class Verdicts {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration UNKNOWN_PAUSE = Duration.ofSeconds(30);
  private static final Duration ELSEWHERE_PAUSE = Duration.ofSeconds(10);

  private final DeadLetters letters;
  private final Predicate<String> pauses;
  private final Duration unknownTaskPatience;
  private final InstantSource clock;
  private final RandomGenerator random;

  /**
   * Verdicts.
   *
   * @param pauses whether a queue takes nothing while a database is away, which holds when it
   *     returns
   */
  Verdicts(DeadLetters letters, WorkerOptions options, Predicate<String> pauses) {
    this.letters = letters;
    this.pauses = pauses;
    unknownTaskPatience = options.unknownTaskPatience();
    clock = options.clock();
    random = options.random();
  }

  /** What follows from a handler's outcome. */
  Settlement of(Attempt attempt, Outcome outcome, List<Settlement.Copy> followUps) {
    if (outcome instanceof Outcome.Completed completed) {
      return new Settlement.Completed(completed.result(), followUps);
    }
    if (attempt.cut() != null) {
      return ended(attempt, outcome instanceof Outcome.Retry retry ? retry.cause() : null);
    }
    if (outcome instanceof Outcome.Retry retry) {
      return failed(attempt, retry.cause(), retry.delay());
    }
    if (outcome instanceof Outcome.Snooze snooze) {
      return snoozed(attempt, snooze.delay(), Map.of(), "the handler asked for it");
    }
    if (outcome instanceof Outcome.Dead dead) {
      return dead(attempt, DeadReason.REJECTED, dead.reason(), dead.cause());
    }
    return new Settlement.Discarded(((Outcome.Discarded) outcome).reason());
  }

  /** What follows from an exception. */
  Settlement thrown(Attempt attempt, Throwable thrown) {
    if (attempt.cut() != null) {
      return ended(attempt, thrown);
    }
    if (thrown instanceof NotPermitted refusal) {
      return notPermitted(attempt, refusal);
    }
    String away = Infrastructure.away(thrown);
    return away != null ? putOff(attempt, away) : failed(attempt, thrown, null);
  }

  /** The handler was ended by force, and came to an end without completing. */
  Settlement ended(Attempt attempt, @Nullable Throwable last) {
    return switch (Objects.requireNonNull(attempt.cut())) {
      case REVOKED -> new Settlement.Revoked();
      case STOPPING -> new Settlement.GivenBack("the worker stopped while it ran");
      case TIME_LIMIT ->
          attempt.together() > 1
              ? snoozed(
                  attempt, FIRST_PAUSE, Map.of(Headers.ALONE, true), "its batch took too long")
              : failed(attempt, new TimeLimitExceeded(last), null);
    };
  }

  /** Another attempt, or none. */
  private Settlement failed(Attempt attempt, Throwable cause, @Nullable Duration delay) {
    TaskMessage task = attempt.task();
    Instant now = clock.instant();
    Instant first = task.firstAttempt() == null ? attempt.received() : task.firstAttempt();
    Duration elapsed = Duration.between(first, now);
    RetryPolicy.Decision decision =
        attempt
            .registration()
            .type()
            .retry()
            .next(
                attempt.ref().attempt(),
                cause,
                elapsed.isNegative() ? Duration.ZERO : elapsed,
                random);
    if (decision instanceof RetryPolicy.Decision.GiveUp giveUp) {
      String why = giveUp.reason() + ": " + cause;
      return dead(attempt, DeadReason.RETRIES_EXHAUSTED, why, cause);
    }
    Duration wait = delay != null ? delay : ((RetryPolicy.Decision.Retry) decision).delay();
    Instant eta = now.plus(atMostTheLongest(wait));
    Map<String, @Nullable Object> headers = new HashMap<>(task.headers());
    headers.remove(Headers.UNKNOWN_SINCE);
    headers.remove(Headers.SNOOZES);
    TaskMessage next =
        task.toBuilder()
            .retries(attempt.ref().attempt())
            .eta(eta)
            .waited(null)
            .firstAttempt(first)
            .headers(headers)
            .build();
    return new Settlement.Retried(delayed(attempt, eta, MessageCodec.encode(next)), eta, cause);
  }

  /** The database or the broker is away: later, without using an attempt. */
  Settlement putOff(Attempt attempt, String away) {
    int snoozes =
        attempt.task().headers().get(Headers.SNOOZES) instanceof Number n ? n.intValue() : 0;
    int doublings = Math.max(0, Math.min(snoozes, 6));
    long bound = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << doublings);
    // At least half of it: a task must not spin on a database that is away.
    Duration pause = Duration.ofMillis(bound / 2 + random.nextLong(bound / 2 + 1));
    return snoozed(attempt, pause, Map.of(Headers.SNOOZES, doublings + 1), away);
  }

  /** Somebody else has a lock that the task needs; no attempt is used. */
  Settlement notNow(Attempt attempt, String why) {
    Duration pause = ELSEWHERE_PAUSE.plusMillis(random.nextLong(ELSEWHERE_PAUSE.toMillis()));
    return snoozed(attempt, pause, Map.of(), why);
  }

  /** A limit of the load holds; no attempt is used. */
  Settlement notPermitted(Attempt attempt, NotPermitted refusal) {
    String why = String.valueOf(refusal.getMessage());
    if (!refusal.paused()) {
      return snoozed(attempt, refusal.pause(), Map.of(), why);
    }
    // A queue that stays open would hand it over again at once.
    return pauses.test(attempt.queue()) ? new Settlement.GivenBack(why) : putOff(attempt, why);
  }

  /** No handler here; perhaps a newer worker has one. */
  Settlement unknown(Attempt attempt, DeadReason reason, String why) {
    Instant now = clock.instant();
    Instant since = unknownSince(attempt.task(), now);
    if (!now.isBefore(since.plus(unknownTaskPatience))) {
      return dead(attempt, reason, why + ", for " + unknownTaskPatience, null);
    }
    Duration pause = UNKNOWN_PAUSE.minusMillis(random.nextLong(UNKNOWN_PAUSE.toMillis() / 5));
    return snoozed(attempt, pause, Map.of(Headers.UNKNOWN_SINCE, IsoTime.format(since)), why);
  }

  /** Its eta is in the future, and the ladder has not waited for it. */
  Settlement early(Attempt attempt, Instant eta) {
    return new Settlement.Snoozed(
        delayed(attempt, eta, attempt.delivery().message().withoutBrokerHeaders()),
        eta,
        "its eta is in the future");
  }

  Settlement dead(Attempt attempt, DeadReason reason, String why, @Nullable Throwable cause) {
    TaskMessage task = attempt.taskOrNull();
    int failed = task == null ? 0 : task.retries();
    boolean ran = reason == DeadReason.RETRIES_EXHAUSTED || reason == DeadReason.REJECTED;
    return letters.letter(attempt, ran ? attempt.ref().attempt() : failed, reason, why, cause);
  }

  private Settlement snoozed(
      Attempt attempt, Duration pause, Map<String, Object> headers, String why) {
    Instant eta = clock.instant().plus(atMostTheLongest(pause));
    Map<String, @Nullable Object> changed = new HashMap<>(headers);
    changed.put(Headers.ETA, IsoTime.format(eta));
    Message copy = attempt.delivery().message().withoutBrokerHeaders().withHeaders(changed);
    return new Settlement.Snoozed(delayed(attempt, eta, copy), eta, why);
  }

  private static Duration atMostTheLongest(Duration delay) {
    return delay.compareTo(DelayLadder.MAX_DELAY) > 0 ? DelayLadder.MAX_DELAY : delay;
  }

  private static Settlement.Copy delayed(Attempt attempt, Instant eta, Message message) {
    return new Settlement.Copy(new Route.Delayed(attempt.delivery().queue(), eta), message);
  }

  private static Instant unknownSince(TaskMessage task, Instant now) {
    try {
      return task.headers().get(Headers.UNKNOWN_SINCE) instanceof String since
          ? IsoTime.parse(since)
          : now;
    } catch (DateTimeException notOurs) {
      return now;
    }
  }
}
