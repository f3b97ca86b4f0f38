package dev.sluice.worker;

import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.outbox.OutboxMessage;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import java.time.Instant;
import java.time.InstantSource;

/** Makes the messages of follow-up tasks. */
final class FollowUps {
  private final Topology topology;
  private final PayloadCodec codec;
  private final InstantSource clock;

  FollowUps(Topology topology, PayloadCodec codec, InstantSource clock) {
    this.topology = topology;
    this.codec = codec;
    this.clock = clock;
  }

  <F extends Record> OutboxMessage message(
      TaskMessage parent, int ordinal, TaskType<F> type, F payload, EnqueueOptions options) {
    String id =
        options.taskId() != null
            ? options.taskId()
            : TaskIds.child(parent.id(), ordinal).toString();
    Instant eta =
        options.delay() != null ? clock.instant().plus(options.delay()) : options.eta();
    TaskMessage task =
        TaskMessage.builder(id, type.name(), codec.encode(payload))
            .version(type.version())
            .eta(eta)
            .expires(options.expires())
            .limits(type.timeLimits())
            .priority(options.priority() != null ? options.priority() : type.priority())
            .rootId(parent.rootId())
            .parentId(parent.id())
            .ignoreResult(!type.resultKept())
            .headers(options.headers())
            .build();
    String queue = topology.queue(options.queue() != null ? options.queue() : type.queue());
    return new OutboxMessage(queue, eta, MessageCodec.encode(task));
  }
}
