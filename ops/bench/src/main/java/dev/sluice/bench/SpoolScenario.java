package dev.sluice.bench;

import dev.sluice.bench.load.OpenLoop;
import dev.sluice.bench.load.Pace;
import dev.sluice.bench.load.Timings;
import dev.sluice.message.MessageBytes;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.task.TaskType;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** Tasks are appended to a spool at a steady rate while its relay publishes them. */
final class SpoolScenario {
  private static final double P99_TARGET = 100;
  private static final double P999_TARGET = 1000;

  private final BenchRig rig;
  private final Scratch scratch;
  private final Pace pace;
  private final int threads;

  SpoolScenario(BenchRig rig, Scratch scratch, Pace pace, int threads) {
    this.rig = rig;
    this.scratch = scratch;
    this.pace = pace;
    this.threads = threads;
  }

  /** 0 when nothing was lost or doubled, else 1. */
  int run(BenchOptions options, boolean mvStore) throws Exception {
    byte[] stored = MessageBytes.write(rig.template());
    PrintStream text = options.text();
    text.println(Machine.describe());
    text.println(rig.broker().health().detail());
    text.printf(
        "%,d a second for %d s by %d thread(s), stored message of %,d bytes, spool in %s%n",
        pace.perSecond(), pace.duration().toSeconds(), threads, stored.length, scratch.describe());
    text.println("empty: the loop alone; raw: the same bytes appended to a file, no sync");
    text.println("sluice: sync OS, its relay running, every message confirmed and audited");

    List<PacedSubject> subjects = new ArrayList<>();
    subjects.add(new Empty());
    subjects.add(new Raw(stored));
    if (mvStore) {
      subjects.add(new MvStore(stored));
    }
    subjects.add(new Sluice());
    List<PacedResult> results =
        new PacedComparison("spool", "enqueues/s", subjects).run(options.rounds(), text);
    PacedComparison.print(results, text);
    print(results.get(results.size() - 1), text);
    options.printJson(results.stream().map(result -> result.json(results.get(1))).toList());
    return PacedComparison.sound(results) ? 0 : 1;
  }

  private static void print(PacedResult sluice, PrintStream text) {
    text.printf(
        "spool: the call itself p99 %,.1f µs, target %,.0f: %s; p99.9 %,.1f µs, target %,.0f: %s%n",
        sluice.call(99),
        P99_TARGET,
        sluice.call(99) < P99_TARGET ? "met" : "missed",
        sluice.call(99.9),
        P999_TARGET,
        sluice.call(99.9) < P999_TARGET ? "met" : "missed");
  }

  private PacedRound loop(OpenLoop.Call call) throws Exception {
    Stopwatch watch = Stopwatch.start();
    Timings timings = OpenLoop.run(pace, threads, call);
    return PacedRound.unaudited(timings, watch.stop());
  }

  private final class Empty implements PacedSubject {
    @Override
    public String name() {
      return "empty";
    }

    @Override
    public PacedRound run(int round) throws Exception {
      return loop(number -> {});
    }
  }

  private final class Raw implements PacedSubject {
    private final byte[] stored;

    Raw(byte[] stored) {
      this.stored = stored;
    }

    @Override
    public String name() {
      return "raw";
    }

    @Override
    public PacedRound run(int round) throws Exception {
      Path file = scratch.folder().resolve("raw." + round);
      ThreadLocal<ByteBuffer> buffers =
          ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(stored.length).put(stored));
      try (FileChannel log =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND)) {
        return loop(number -> log.write(buffers.get().flip()));
      } finally {
        scratch.delete("raw." + round);
      }
    }
  }

  private final class MvStore implements PacedSubject {
    private final byte[] stored;

    MvStore(byte[] stored) {
      this.stored = stored;
    }

    @Override
    public String name() {
      return "mvstore";
    }

    @Override
    public PacedRound run(int round) throws Exception {
      Path file = scratch.folder().resolve("mvstore." + round);
      try (MVStore store =
          new MVStore.Builder().fileName(file.toString()).autoCommitDisabled().open()) {
        MVMap<Long, byte[]> messages = store.openMap("messages");
        return loop(
            number -> {
              messages.put((long) number, stored);
              store.commit();
            });
      } finally {
        scratch.delete("mvstore." + round);
      }
    }
  }

  private final class Sluice implements PacedSubject {
    @Override
    public String name() {
      return "sluice";
    }

    @Override
    public PacedRound run(int round) throws Exception {
      String queue = "bench.spool." + round;
      TaskType<Filler> type = BenchRig.NOOP.queue(queue);
      Filler filler = Filler.ofBytes(BenchRig.BODY_BYTES);
      String[] accepted = new String[pace.calls()];
      Path folder = scratch.folder().resolve("spool." + round);
      PacedRound measured;
      try (Producer producer =
          Producer.open(rig.broker(), ProducerOptions.DEFAULTS.spool(SpoolOptions.of(folder)))) {
        measured = loop(number -> accepted[number] = producer.enqueue(type, filler).taskId());
        TaskAudit.Verdict verdict = TaskAudit.of(rig.url(), queue, Set.of(accepted));
        return new PacedRound(
            measured.timings(),
            measured.elapsed(),
            verdict,
            0,
            Map.of("target_p99_us", P99_TARGET, "target_p999_us", P999_TARGET));
      } finally {
        scratch.delete("spool." + round);
      }
    }
  }
}
