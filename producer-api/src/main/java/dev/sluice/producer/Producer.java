package dev.sluice.producer;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.DeclaredQueues;
import dev.sluice.task.TaskType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The door for application code. A task whose enqueue returned is stored by the broker, confirmed,
 * and survives everything that the broker survives.
 *
 * <p>Every method throws {@link PayloadTooLarge}, {@link PayloadInvalid} or {@link
 * IllegalArgumentException} before anything is sent.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class Producer implements AutoCloseable {
  private final Broker broker;
  private final ProducerOptions options;
  private final MessageFactory factory;
  private final DeclaredQueues queues;
  private final ProducerListener listener;
  private volatile boolean closed;

  private Producer(Broker broker, ProducerOptions options) {
    this.broker = broker;
    this.options = options;
    factory =
        new MessageFactory(
            broker.topology(), options.origin(), options.maxBodyBytes(), options.clock());
    queues = new DeclaredQueues(broker, options.queues());
    listener = options.listener();
  }

  /** A producer on a broker, which stays the caller's to close. */
  public static Producer open(Broker broker, ProducerOptions options) {
    return new Producer(broker, options);
  }

  /** As {@link #enqueue(TaskType, Record, EnqueueOptions)}, everything as the type says. */
  public <P extends Record> String enqueue(TaskType<P> type, P payload) {
    return enqueue(type, payload, EnqueueOptions.DEFAULTS);
  }

  /**
   * Enqueues a task and waits for the broker's confirm.
   *
   * @return the task id
   * @throws EnqueueUnknown when no confirm came: repeat with the exception's task id
   * @throws EnqueueException when the task is not stored; says why and what to do
   */
  public <P extends Record> String enqueue(TaskType<P> type, P payload, EnqueueOptions options) {
    return await(factory.create(type, payload, options, null));
  }

  /** As {@link #enqueueAsync(TaskType, Record, EnqueueOptions)}, everything as the type says. */
  public <P extends Record> CompletableFuture<String> enqueueAsync(TaskType<P> type, P payload) {
    return enqueueAsync(type, payload, EnqueueOptions.DEFAULTS);
  }

  /**
   * Enqueues a task; the future completes with the task id once the broker confirmed, or fails with
   * an {@link EnqueueException}. The call itself waits only while too many messages are
   * unconfirmed, and for the first task of a queue.
   */
  public <P extends Record> CompletableFuture<String> enqueueAsync(
      TaskType<P> type, P payload, EnqueueOptions options) {
    return publish(factory.create(type, payload, options, null));
  }

  /**
   * Enqueues many tasks and waits for all confirms together. When a payload or an option is wrong
   * none is sent.
   *
   * @return the task ids, in the order of the requests
   * @throws EnqueueIncomplete when some were not accepted; says which
   */
  public List<String> enqueueAll(List<? extends EnqueueRequest<?>> requests) {
    List<NewTask> tasks = new ArrayList<>(requests.size());
    for (EnqueueRequest<?> request : requests) {
      tasks.add(task(request));
    }
    List<CompletableFuture<String>> confirms = publishAll(tasks);
    List<String> accepted = new ArrayList<>(tasks.size());
    Map<String, EnqueueException> failed = new LinkedHashMap<>();
    Map<String, EnqueueUnknown> unknown = new LinkedHashMap<>();
    long deadline = System.nanoTime() + options.confirmTimeout().toNanos();
    for (int i = 0; i < tasks.size(); i++) {
      try {
        accepted.add(await(tasks.get(i), confirms.get(i), deadline - System.nanoTime()));
      } catch (EnqueueUnknown e) {
        unknown.put(e.taskId(), e);
      } catch (EnqueueException e) {
        failed.put(e.taskId(), e);
      }
    }
    if (accepted.size() < tasks.size()) {
      throw new EnqueueIncomplete(accepted, failed, unknown);
    }
    return accepted;
  }

  /**
   * Enqueues a task that is known by name only, as a command line does; its payload is not checked.
   *
   * @param version version of the payload, at least 1
   * @param queue its queue, without namespace
   * @return the task id
   * @throws EnqueueException as {@link #enqueue(TaskType, Record, EnqueueOptions)}
   */
  public String enqueueNamed(
      String taskName, ObjectNode kwargs, int version, String queue, EnqueueOptions options) {
    return await(factory.createNamed(taskName, kwargs, version, queue, options));
  }

  /** Takes no more tasks; calls that wait for a confirm go on. The broker stays open. */
  @Override
  public void close() {
    closed = true;
  }

  /** Publishes until the broker is found away: each further try would wait for it once more. */
  private List<CompletableFuture<String>> publishAll(List<NewTask> tasks) {
    List<CompletableFuture<String>> confirms = new ArrayList<>(tasks.size());
    BrokerException.@Nullable Unavailable away = null;
    for (NewTask task : tasks) {
      CompletableFuture<String> confirm =
          away == null
              ? publish(task)
              : CompletableFuture.failedFuture(
                  new BrokerUnavailable(task.taskId(), task.taskName(), away));
      confirms.add(confirm);
      if (away == null && confirm.isCompletedExceptionally()) {
        away = unavailable(confirm);
      }
    }
    return confirms;
  }

  private static BrokerException.@Nullable Unavailable unavailable(
      CompletableFuture<String> failed) {
    Throwable cause = failed.handle((id, failure) -> failure).join();
    Throwable reason = cause instanceof CompletionException ? cause.getCause() : cause;
    return reason instanceof BrokerUnavailable
            && reason.getCause() instanceof BrokerException.Unavailable away
        ? away
        : null;
  }

  private <P extends Record> NewTask task(EnqueueRequest<P> request) {
    return factory.create(request.type(), request.payload(), request.options(), null);
  }

  private String await(NewTask task) {
    return await(task, publish(task), options.confirmTimeout().toNanos());
  }

  private String await(NewTask task, CompletableFuture<String> confirm, long nanos) {
    try {
      return confirm.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EnqueueException failure) {
        throw failure;
      }
      throw new EnqueueUnknown(task.taskId(), task.taskName(), e.getCause());
    } catch (TimeoutException e) {
      throw new EnqueueUnknown(task.taskId(), task.taskName(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnqueueUnknown(task.taskId(), task.taskName(), e);
    }
  }

  private CompletableFuture<String> publish(NewTask task) {
    if (closed) {
      throw new IllegalStateException("the producer is closed; open another");
    }
    long start = System.nanoTime();
    CompletableFuture<Void> confirm;
    try {
      queues.ensure(task.queue());
      confirm = broker.publish(task.route(), task.message());
    } catch (BrokerException e) {
      confirm = CompletableFuture.failedFuture(e);
    }
    return confirm.handle((ok, failure) -> settled(task, start, failure));
  }

  private String settled(NewTask task, long start, @Nullable Throwable failure) {
    if (failure == null) {
      listener.enqueued(task, System.nanoTime() - start);
      return task.taskId();
    }
    EnqueueException cause = explain(task, failure);
    listener.failed(task, cause);
    throw cause;
  }

  private EnqueueException explain(NewTask task, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof BrokerException.Unroutable) {
      queues.forget(task.queue());
      return new TaskUnroutable(task.taskId(), task.taskName(), task.queue(), cause);
    }
    if (cause instanceof BrokerException.Refused) {
      return new TaskRefused(task.taskId(), task.taskName(), task.queue(), cause);
    }
    if (cause instanceof BrokerException.Unavailable) {
      return new BrokerUnavailable(task.taskId(), task.taskName(), cause);
    }
    return new EnqueueUnknown(task.taskId(), task.taskName(), cause);
  }
}
