package dev.sluice.worker.control;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Route;
import dev.sluice.broker.Subscription;
import dev.sluice.message.MalformedMessage;
import dev.sluice.message.Message;
import dev.sluice.topology.Topology;
import dev.sluice.worker.WorkerControl;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers Celery's remote control for one worker: {@code celery inspect}, {@code celery control}
 * and {@code celery status} see it as one of theirs. A request that makes no sense is logged and
 * ignored.
 *
 * <p>Threading: {@link #start} and {@link #close} may be called by any thread; commands run one at
 * a time on a thread of the bus.
 *
 * @see <a href="https://docs.celeryq.dev/en/stable/userguide/workers.html">Celery: remote
 *     control</a>
 */
public final class ControlBus implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ControlBus.class);
  // A flood of requests must not fill the heap; clients give up after one second anyway.
  private static final int MOST_WAITING = 1000;
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Broker broker;
  private final String node;
  private final LamportClock clock = new LamportClock();
  private final CommandTable commands;
  private final ThreadPoolExecutor thread;
  private volatile @Nullable Subscription subscription;

  private ControlBus(Broker broker, WorkerControl worker) {
    this.broker = broker;
    node = worker.node();
    commands = new CommandTable(worker, clock);
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            run -> {
              Thread made = new Thread(run, "sluice-control");
              made.setDaemon(true);
              return made;
            });
  }

  /** Starts to answer requests for {@code worker}. */
  public static ControlBus start(Broker broker, WorkerControl worker) {
    ControlBus bus = new ControlBus(broker, worker);
    bus.subscription =
        broker.subscribeBroadcast(
            Topology.controlExchange(), Topology.controlQueue(bus.node), bus::received);
    return bus;
  }

  /** Takes no further request. */
  @Override
  public void close() {
    if (subscription != null) {
      subscription.close();
    }
    thread.shutdown();
  }

  private void received(Message message) {
    try {
      thread.execute(() -> answer(message));
    } catch (RejectedExecutionException e) {
      log.warn("a control request was dropped: {}", thread.isShutdown() ? "closed" : "too many");
    }
  }

  private void answer(Message message) {
    try {
      ControlRequest request = ControlRequest.read(message);
      clock.adjust(request.clock());
      if (request.isFor(node)) {
        reply(request, outcomeOf(request));
      }
    } catch (MalformedMessage | ControlException e) {
      log.warn("ignored a control request: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.warn("a control request failed", e);
    }
  }

  private @Nullable JsonNode outcomeOf(ControlRequest request) {
    try {
      return commands.run(request.method(), request.arguments());
    } catch (ControlException e) {
      // Ordinary in a mixed fleet: Celery's tools and workers ask for more than we answer.
      log.info("control request {}: {}", request.method(), e.repr());
      return CommandTable.error(e.repr());
    } catch (Exception e) {
      log.warn("control request {} failed", request.method(), e);
      return CommandTable.error(
          new ControlException(e.getClass().getSimpleName(), String.valueOf(e.getMessage()))
              .repr());
    }
  }

  private void reply(ControlRequest request, @Nullable JsonNode value) {
    ControlRequest.ReplyTo to = request.replyTo();
    if (to == null || value == null) {
      return;
    }
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    headers.put("ticket", request.ticket());
    headers.put("clock", clock.forward());
    Message reply =
        new Message(
            "application/json",
            "utf-8",
            0,
            null,
            null,
            headers,
            MAPPER.writeValueAsBytes(MAPPER.createObjectNode().set(node, value)));
    broker
        .publish(new Route.ToExchange(to.exchange(), to.routingKey()), reply)
        .whenComplete(
            (confirmed, failure) -> {
              if (failure != null) {
                log.info("nobody took the reply to {}: {}", request.method(), failure.toString());
              }
            });
  }
}
