package dev.sluice.redis;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * One call: its commands are sent to their nodes, then those again that a node could not take.
 *
 * <p>Threading: for one thread.
 */
final class CommandRun<T> implements NodeBatch.Replies {
  /** Rounds in which commands follow where they are sent to, whatever the patience. */
  private static final int REDIRECTIONS = 5;

  private static final long FIRST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 200;

  private final Nodes nodes;
  private final Duration patience;
  private final Tally tally;
  private final List<CommandObject<T>> commands;
  private final @Nullable Object[] replies;
  private final Map<Integer, HostAndPort> redirected = new HashMap<>();
  private final BitSet asking = new BitSet();

  /** Keys of this round: what follows on them is sent again, too, so that the order holds. */
  private final Set<Object> failedKeys = new HashSet<>();

  private Indexes pending;
  private @Nullable JedisDataException wrong;
  private @Nullable JedisException trouble;
  private String troubled = "";
  private boolean denied;
  private boolean onlyRedirected = true;
  private boolean outdated;

  CommandRun(Nodes nodes, RedisOptions options, Tally tally, List<CommandObject<T>> commands) {
    this.nodes = nodes;
    this.patience = options.patience();
    this.tally = tally;
    this.commands = commands;
    replies = new Object[commands.size()];
    pending = Indexes.upTo(commands.size());
  }

  /** The replies, in the order of the commands. */
  List<T> run() {
    long start = System.nanoTime();
    for (int round = 0; ; round++) {
      Indexes todo = pending;
      pending = new Indexes(0);
      failedKeys.clear();
      send(todo);
      if (wrong != null) {
        throw wrong;
      }
      if (pending.size() == 0) {
        return values();
      }
      boolean late = System.nanoTime() - start >= patience.toNanos();
      if (denied || late && !(onlyRedirected && round < REDIRECTIONS)) {
        RedisUnavailable unavailable = unavailable();
        // The next call should know better.
        refresh();
        throw unavailable;
      }
      prepare(round);
      tally.repeated.add(pending.size());
    }
  }

  private void send(Indexes todo) {
    Collection<NodeBatch> batches;
    try {
      batches = grouped(todo);
    } catch (JedisException e) {
      // Nobody knows the way to the cluster.
      pending = todo;
      failed("", e);
      return;
    }
    try {
      batches.forEach(batch -> batch.open(nodes));
      boolean more = true;
      while (more) {
        batches.forEach(NodeBatch::send);
        more = false;
        for (NodeBatch batch : batches) {
          more |= batch.receive(this);
        }
      }
    } finally {
      batches.forEach(NodeBatch::close);
    }
    batches.forEach(this::collect);
  }

  private Collection<NodeBatch> grouped(Indexes todo) {
    Map<HostAndPort, NodeBatch> batches = new HashMap<>();
    @Nullable Object previousKey = null;
    @Nullable NodeBatch batch = null;
    for (int i = 0; i < todo.size(); i++) {
      int index = todo.get(i);
      @Nullable Object key = key(index);
      // Several commands on one key often follow each other: its slot is computed once.
      if (batch == null || key == null || key != previousKey) {
        batch =
            batches.computeIfAbsent(
                node(index), node -> new NodeBatch(node, commands, asking, todo.size()));
        previousKey = redirected.isEmpty() ? key : null;
      }
      batch.add(index);
    }
    // Everybody takes connections in the same order: nobody waits for one while holding another's.
    Map<String, NodeBatch> ordered = new TreeMap<>();
    batches.values().forEach(each -> ordered.put(each.node().toString(), each));
    return ordered.values();
  }

  private HostAndPort node(int index) {
    HostAndPort node = redirected.isEmpty() ? null : redirected.get(index);
    return node == null ? nodes.owner(commands.get(index).getArguments()) : node;
  }

  private @Nullable Object key(int index) {
    List<Object> keys = commands.get(index).getArguments().getKeys();
    return keys.isEmpty() ? null : keys.get(0);
  }

  /** A key that equals another of the same bytes; commands without a key are of a kind. */
  private Object keyText(int index) {
    Object key = key(index);
    return key instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : String.valueOf(key);
  }

  @Override
  public void accept(HostAndPort node, int index, @Nullable Object reply) {
    if (!(reply instanceof JedisDataException error)) {
      replies[index] = commands.get(index).getBuilder().build(reply);
      if (!failedKeys.isEmpty() && failedKeys.contains(keyText(index))) {
        pending.add(index);
      }
      return;
    }
    Verdict verdict = Verdict.of(error);
    if (verdict == Verdict.WRONG) {
      wrong = wrong == null ? error : wrong;
      return;
    }
    pending.add(index);
    failedKeys.add(keyText(index));
    if (error instanceof JedisRedirectionException to && nodes.cluster()) {
      redirect(index, to, verdict == Verdict.ASK);
    } else {
      failed(node.toString(), error);
    }
  }

  private void redirect(int index, JedisRedirectionException to, boolean ask) {
    asking.set(index, ask);
    outdated |= !ask;
    (ask ? tally.asked : tally.moved).increment();
    // A node that does not know the other's address names none.
    if (to.getTargetNode().getHost().isEmpty()) {
      redirected.remove(index);
    } else {
      redirected.put(index, to.getTargetNode());
    }
    if (trouble == null) {
      trouble = to;
    }
  }

  private void collect(NodeBatch batch) {
    JedisException failure = batch.failure();
    if (failure != null) {
      batch.unanswered(pending);
      nodes.lost(batch.node());
      failed(batch.node().toString(), failure);
    }
  }

  private void failed(String node, JedisException error) {
    trouble = error;
    troubled = node;
    onlyRedirected = false;
    denied |= Verdict.of(error) != Verdict.LATER;
    outdated |= !denied;
  }

  /** Makes ready for the next round: those that failed ask anew for their node. */
  private void prepare(int round) {
    if (!onlyRedirected) {
      redirected.clear();
      asking.clear();
    }
    // A connection that was dead already is replaced at once; what else is wrong takes time.
    if (!onlyRedirected && !(round == 0 && !(trouble instanceof JedisDataException))
        || round >= 2) {
      pause(Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(round, 10)));
    }
    refresh();
    onlyRedirected = true;
  }

  private void refresh() {
    if (outdated) {
      outdated = false;
      try {
        nodes.refresh();
      } catch (JedisException e) {
        trouble = e;
      }
    }
  }

  private void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable();
    }
  }

  private RedisUnavailable unavailable() {
    JedisException cause = trouble == null ? new JedisException("no reply") : trouble;
    String hint =
        cause instanceof JedisRedirectionException && !nodes.cluster()
            ? " (it is a node of a cluster: its URL must be redis-cluster://…)"
            : "";
    return new RedisUnavailable(
        pending.size()
            + " of "
            + commands.size()
            + " commands were not done; "
            + (troubled.isEmpty() ? "" : troubled + ": ")
            + cause.getMessage()
            + hint,
        cause);
  }

  @SuppressWarnings("unchecked") // Each was built by its command's own builder.
  private List<T> values() {
    return (List<T>) Collections.unmodifiableList(Arrays.asList(replies));
  }
}
