package dev.sluice.bench;

import dev.sluice.cli.CommandFailed;
import dev.sluice.timelines.PostCreated;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Posts to so many followers, all of a round at once, until each is on the last timeline.
 *
 * @param author who writes them
 * @param followers how many the author has
 */
record FanOutScenario(FanOutRig rig, FanOutWorker worker, long author, int followers) {
  /** A round of small fan-outs has more than one: what is compared is cost, not latency. */
  private static final int LEAST_WRITES = 200_000;

  /** A timeline keeps more than this, or the audit would miss the first of them. */
  private static final int MOST_POSTS = 50;

  private static final double TARGET = 0.5;
  private static final long LEAST_POLL_NANOS = 1_000_000;
  private static final long MOST_POLL_NANOS = 50_000_000;

  /** Looking costs the database something: about a hundred times a round. */
  private static final long POLL_NANOS_PER_FOLLOWER = 50;

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

  Scenario create() {
    return new Scenario(
        "fanout",
        "recipients/s",
        Target.ratio(TARGET),
        List.of(new Raw(), new Sluice()),
        List.of(),
        Map.of("recipients", followers));
  }

  private int posts() {
    return Math.max(1, Math.min(MOST_POSTS, LEAST_WRITES / followers));
  }

  /** Holds every timeline against a round's posts. */
  private Round audited(List<PostCreated> posts, Stopwatch.Elapsed elapsed) {
    long lost = 0;
    long unasked = 0;
    for (PostCreated post : posts) {
      lost += rig.timelines().wrong(post.post(), followers);
      unasked += rig.timelines().unasked(post.post(), followers);
    }
    return new Round((long) posts.size() * followers, elapsed, null, lost, unasked);
  }

  private final class Raw implements Subject {
    @Override
    public String name() {
      return "raw";
    }

    @Override
    public Round run(int round) throws Exception {
      List<PostCreated> posts = new ArrayList<>();
      Stopwatch watch = Stopwatch.start();
      for (int i = 0; i < posts(); i++) {
        PostCreated post = rig.post(author);
        rig.timelines().write(post.post(), post.createdAt(), followers);
        posts.add(post);
      }
      Stopwatch.Elapsed elapsed = watch.stop();
      // Readers shall find them.
      rig.graph().write(posts.stream().map(PostCreated::post).toList(), author);
      return audited(posts, elapsed);
    }
  }

  private final class Sluice implements Subject {
    @Override
    public String name() {
      return "sluice";
    }

    @Override
    public Round run(int round) throws Exception {
      List<PostCreated> posts = new ArrayList<>();
      worker.figures();
      long ended = rig.graph().ended();
      Stopwatch watch = Stopwatch.start();
      for (int i = 0; i < posts(); i++) {
        PostCreated post = rig.post(author);
        rig.enqueue(post);
        posts.add(post);
      }
      awaitEnded(ended + posts.size());
      long nanos = watch.stop().nanos();
      return audited(posts, new Stopwatch.Elapsed(nanos, worker.figures().cpuNanos()));
    }
  }

  private void awaitEnded(long fanOuts) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (rig.graph().ended() < fanOuts) {
      if (!worker.isAlive() || System.nanoTime() - deadline > 0) {
        throw new CommandFailed(
            "the fan-out does not end; the worker's log ends so:%n%s".formatted(worker.logTail()));
      }
      LockSupport.parkNanos(
          Math.max(
              LEAST_POLL_NANOS,
              Math.min(MOST_POLL_NANOS, (long) posts() * followers * POLL_NANOS_PER_FOLLOWER)));
    }
  }
}
