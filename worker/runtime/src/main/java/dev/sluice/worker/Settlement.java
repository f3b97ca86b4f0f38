package dev.sluice.worker;

import dev.sluice.broker.Route;
import dev.sluice.message.DeadReason;
import dev.sluice.message.Message;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was decided about a delivery: what {@link Settler} does and what listeners hear. */
sealed interface Settlement {

  /** A message that must be confirmed before the delivery is acknowledged. */
  record Copy(Route route, Message message) {}

  /** What must be confirmed first. */
  default List<Copy> copies() {
    return List.of();
  }

  /** Whether nothing more is to come of the task, short of an operator. */
  default boolean last() {
    return true;
  }

  /** Tells {@code listener} once it is done. */
  void tell(Attempt attempt, WorkerListener listener);

  /** The task is done; what follows a plain handler is published first. */
  record Completed(@Nullable Object result, List<Copy> copies) implements Settlement {
    @Override
    public void tell(Attempt attempt, WorkerListener listener) {
      listener.completed(new WorkerListener.Completed(attempt.ref(), attempt.runtime(), result));
    }
  }

  /** The attempt failed; the next one waits on the delay ladder. */
  record Retried(Copy copy, Instant eta, Throwable cause) implements Settlement {
    @Override
    public boolean last() {
      return false;
    }

    @Override
    public List<Copy> copies() {
      return List.of(copy);
    }

    @Override
    public void tell(Attempt attempt, WorkerListener listener) {
      listener.retried(new WorkerListener.Retried(attempt.ref(), attempt.runtime(), cause, eta));
    }
  }

  /** Not now; waits on the delay ladder, no attempt used. */
  record Snoozed(Copy copy, Instant eta, String why) implements Settlement {
    @Override
    public boolean last() {
      return false;
    }

    @Override
    public List<Copy> copies() {
      return List.of(copy);
    }

    @Override
    public void tell(Attempt attempt, WorkerListener listener) {
      listener.snoozed(new WorkerListener.Snoozed(attempt.ref(), eta, why));
    }
  }

  /** To the dead queue. */
  record Dead(Copy copy, DeadReason reason, String detail, @Nullable Throwable cause)
      implements Settlement {
    @Override
    public List<Copy> copies() {
      return List.of(copy);
    }

    @Override
    public void tell(Attempt attempt, WorkerListener listener) {
      if (reason == DeadReason.EXPIRED) {
        listener.expired(attempt.ref());
        return;
      }
      listener.dead(
          new WorkerListener.Dead(
              attempt.refOrNull(), attempt.delivery().queue(), reason, detail, cause));
    }
  }

  /** Dropped for good by its handler; the inbox has it where there is one. */
  record Discarded(String reason) implements Settlement {
    @Override
    public void tell(Attempt attempt, WorkerListener listener) {
      listener.discarded(attempt.ref(), reason);
    }
  }

  /** Dropped because it was revoked. */
  record Revoked() implements Settlement {
    @Override
    public void tell(Attempt attempt, WorkerListener listener) {
      listener.revoked(attempt.ref());
    }
  }

  /** Its effect was committed before. */
  record Duplicate() implements Settlement {
    @Override
    public void tell(Attempt attempt, WorkerListener listener) {
      listener.duplicate(attempt.ref());
    }
  }

  /** Another task holds its order key; it waits in the database, and the delivery is done with. */
  record HeldBack() implements Settlement {
    @Override
    public boolean last() {
      return false;
    }

    @Override
    public void tell(Attempt attempt, WorkerListener listener) {
      listener.heldBack(attempt.ref());
    }
  }

  /** Not our fault: back to its queue. */
  record GivenBack(String why) implements Settlement {
    @Override
    public boolean last() {
      return false;
    }

    @Override
    public void tell(Attempt attempt, WorkerListener listener) {
      listener.givenBack(
          new WorkerListener.GivenBack(attempt.refOrNull(), attempt.delivery().queue(), why));
    }
  }
}
