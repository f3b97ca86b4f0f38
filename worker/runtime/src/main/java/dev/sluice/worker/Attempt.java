package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import dev.sluice.message.Headers;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskIds;
import dev.sluice.topology.OrderPartitions;
import dev.sluice.worker.governor.Admission;
import dev.sluice.worker.governor.Ask;
import dev.sluice.worker.governor.Permit;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One delivery on its way through {@link AttemptRunner}: what is known of it so far, and whether
 * its handler may still run.
 *
 * <p>Threading: filled by the slot's thread. {@link #cut}, {@link #askToStop} and {@link #claim}
 * may be called by any thread; what they touch is guarded by the monitor or volatile.
 */
final class Attempt {

  /** Why a running handler is ended by force. */
  enum Cut {
    TIME_LIMIT,
    REVOKED,
    STOPPING
  }

  private final Delivery delivery;
  private final Instant received;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private @Nullable TaskMessage task;
  private WorkerListener.@Nullable Task ref;
  private @Nullable Registration<?> registration;
  private @Nullable Record payload;
  private long marks;
  private @Nullable Admission admission;
  private final AtomicReference<Permit> ofKey = new AtomicReference<>(Permit.NONE);
  private final AtomicInteger permits = new AtomicInteger();
  private Duration runtime = Duration.ZERO;

  private @Nullable Thread thread;
  private @Nullable Connection connection;
  private volatile int together = 1;
  private volatile Instant deadline = Instant.MAX;
  private volatile @Nullable Cut cut;
  private volatile boolean stopRequested;
  private volatile long startedTicks;
  private volatile long softTicks;
  private volatile long hardTicks;
  private volatile long graceTicks;

  Attempt(Delivery delivery, Instant received) {
    this.delivery = delivery;
    this.received = received;
  }

  Delivery delivery() {
    return delivery;
  }

  /** The queue that it belongs to: its partition's, if it has an order key. */
  String queue() {
    String whole =
        delivery instanceof OrderedDelivery ? OrderPartitions.queueOf(delivery.queue()) : null;
    return whole == null ? delivery.queue() : whole;
  }

  /** When the worker took it up, by the wall clock. */
  Instant received() {
    return received;
  }

  void task(TaskMessage newTask) {
    task = newTask;
    ref =
        new WorkerListener.Task(
            newTask.id(),
            newTask.task(),
            queue(),
            // 2³¹ − 1 attempts are enough for anybody; one more would be negative.
            newTask.retries() == Integer.MAX_VALUE ? Integer.MAX_VALUE : newTask.retries() + 1,
            delivery.redelivered(),
            TaskIds.time(newTask.id()));
  }

  TaskMessage task() {
    return Objects.requireNonNull(task, "not decoded yet");
  }

  @Nullable TaskMessage taskOrNull() {
    return task;
  }

  WorkerListener.Task ref() {
    return Objects.requireNonNull(ref, "not decoded yet");
  }

  WorkerListener.@Nullable Task refOrNull() {
    return ref;
  }

  void registration(Registration<?> found) {
    registration = found;
  }

  Registration<?> registration() {
    return Objects.requireNonNull(registration, "no handler looked up yet");
  }

  void payload(Record newPayload) {
    payload = newPayload;
  }

  Record payload() {
    return Objects.requireNonNull(payload, "payload not read yet");
  }

  /** What it asks of the governor. */
  Ask ask() {
    TaskMessage message = task();
    return new Ask(
        registration().type().name(),
        queue(),
        message.headers().get(Headers.LIMIT_KEY) instanceof String key ? key : null,
        registration().database(),
        1);
  }

  void admission(Admission newAdmission) {
    admission = newAdmission;
  }

  /** What it holds of the governor. */
  Admission admission() {
    return Objects.requireNonNull(admission, "not admitted yet");
  }

  /** Its batch holds what the others need too; this is for its own key, until it is settled. */
  void ofKey(Permit permit) {
    ofKey.set(permit);
  }

  /** It is settled. */
  void leaveKey() {
    ofKey.getAndSet(Permit.NONE).close();
  }

  /** How often it was started and not settled, this time included; 0 for a first delivery. */
  void marks(long newMarks) {
    marks = newMarks;
  }

  long marks() {
    return marks;
  }

  /** What it holds of the {@link RunGate}. */
  AtomicInteger permits() {
    return permits;
  }

  /** The handler is called from now on, by the current thread, until {@link #end}. */
  synchronized void begin(long nowTicks, long soft, long hard, Instant newDeadline) {
    startedTicks = nowTicks;
    deadline = newDeadline;
    softTicks = soft;
    hardTicks = hard;
    thread = Thread.currentThread();
  }

  /** The handler has ended, or never began; it cannot be interrupted any more. */
  synchronized void end(long nowTicks) {
    if (thread != null) {
      runtime = Duration.ofNanos(nowTicks - startedTicks);
      thread = null;
    }
    connection = null;
  }

  /** The connection that must be aborted when the handler is ended by force; null for none. */
  synchronized void using(@Nullable Connection newConnection) throws InterruptedException {
    if (newConnection != null && cut != null) {
      throw new InterruptedException("the attempt was ended by force");
    }
    connection = newConnection;
  }

  /** Its transaction has ended: there is nothing to abort. */
  synchronized void done() {
    connection = null;
  }

  /** How many attempts its transaction is for, itself included. */
  void together(int attempts) {
    together = attempts;
  }

  int together() {
    return together;
  }

  /** Whether it must run with no other: it may have ended workers, or a batch's time. */
  boolean alone() {
    return marks >= CrashMarks.ALONE || Boolean.TRUE.equals(task().headers().get(Headers.ALONE));
  }

  /**
   * Decides that a running handler is ended by force, and asks it to stop. The first reason stays.
   * {@link #interrupt} must follow.
   */
  synchronized void cut(Cut why) {
    if (cut == null) {
      cut = why;
    }
    stopRequested = true;
  }

  /**
   * Interrupts a handler that was cut.
   *
   * @return the connection to abort; null when there is none
   */
  synchronized @Nullable Connection interrupt() {
    if (thread != null) {
      thread.interrupt();
    }
    return connection;
  }

  @Nullable Cut cut() {
    return cut;
  }

  void askToStop() {
    stopRequested = true;
  }

  boolean stopRequested() {
    return stopRequested;
  }

  boolean softLimitPassed(long nowTicks) {
    return softTicks - nowTicks <= 0;
  }

  boolean hardLimitPassed(long nowTicks) {
    return hardTicks - nowTicks <= 0;
  }

  Instant deadline() {
    return deadline;
  }

  /** How long its thread may take to end after it was interrupted. */
  void graceUntil(long untilTicks) {
    graceTicks = untilTicks;
  }

  boolean graceOver(long nowTicks) {
    return graceTicks - nowTicks <= 0;
  }

  synchronized @Nullable Thread thread() {
    return thread;
  }

  Duration runtime() {
    return runtime;
  }

  /** True for the one caller that may settle the delivery. */
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }
}
