package dev.sluice.bench;

import dev.sluice.message.MalformedMessage;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the codec costs for one task with a payload of about 1 KB. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBench {
  private static final TaskType<Filler> TYPE = TaskType.of("bench.noop", Filler.class);

  private final PayloadCodec payloads = new PayloadCodec();
  private final Filler filler = Filler.ofBytes(1024);
  private final Message message = encodeMessage();

  /** Payload record to message. */
  @Benchmark
  public Message encode() {
    return encodeMessage();
  }

  /** Headers only: what retry and dead letter need. */
  @Benchmark
  public TaskMessage decodeHeaders() throws MalformedMessage {
    return MessageCodec.decode(message);
  }

  /** Message to payload record. */
  @Benchmark
  public Filler decodePayload() throws MalformedMessage {
    return payloads.payload(TYPE, payloads.parse(MessageCodec.decode(message)));
  }

  private Message encodeMessage() {
    String id = TaskIds.next(Instant.EPOCH).toString();
    return MessageCodec.encode(
        TaskMessage.builder(id, TYPE.name(), payloads.encode(filler)).build());
  }
}
