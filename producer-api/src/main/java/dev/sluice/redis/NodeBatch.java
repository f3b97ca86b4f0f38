package dev.sluice.redis;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Those commands of a call that go to one node, sent in parts: while the node works on one, the
 * next is written.
 *
 * <p>Threading: for one thread.
 */
final class NodeBatch {
  /**
   * Commands of one part. Two parts of small commands fit the buffers of a socket, so that writing
   * never waits, which no time limit would end.
   */
  static final int PART = 500;

  private static final CommandArguments ASKING = new CommandArguments(Protocol.Command.ASKING);

  private static final Logger log = LoggerFactory.getLogger(NodeBatch.class);

  private final HostAndPort node;
  private final List<? extends CommandObject<?>> commands;
  private final BitSet asking;
  private final Indexes indexes;
  private int sent;
  private int answered;
  private @Nullable Connection connection;
  private @Nullable JedisException failure;

  /** Takes the replies of a batch. */
  interface Replies {
    /** The reply to the command at {@code index}: an error is a {@code JedisDataException}. */
    void accept(HostAndPort node, int index, @Nullable Object reply);
  }

  /**
   * @param commands those of the whole call
   * @param asking which of them the node takes only after ASKING
   */
  NodeBatch(
      HostAndPort node,
      List<? extends CommandObject<?>> commands,
      BitSet asking,
      int expectedSize) {
    this.node = node;
    this.commands = commands;
    this.asking = asking;
    indexes = new Indexes(expectedSize);
  }

  HostAndPort node() {
    return node;
  }

  void add(int index) {
    indexes.add(index);
  }

  void open(Nodes nodes) {
    try {
      connection = nodes.connect(node);
    } catch (JedisException e) {
      failure = e;
    }
  }

  /** Sends until two parts are under way, or all. */
  void send() {
    Connection to = connection;
    if (to == null || failure != null) {
      return;
    }
    try {
      while (sent < indexes.size() && sent - answered <= PART) {
        int end = Math.min(indexes.size(), sent + PART);
        while (sent < end) {
          int index = indexes.get(sent);
          if (asking.get(index)) {
            to.sendCommand(ASKING);
          }
          to.sendCommand(commands.get(index).getArguments());
          sent++;
        }
        // Reading no reply flushes what was written.
        to.getMany(0);
      }
    } catch (JedisException e) {
      failure = e;
    }
  }

  /** Reads the replies to the oldest part; false when nothing more will come. */
  boolean receive(Replies replies) {
    Connection from = connection;
    if (from == null || failure != null || answered == sent) {
      return false;
    }
    int end = Math.min(sent, answered + PART);
    int asked = 0;
    for (int i = answered; i < end; i++) {
      asked += asking.get(indexes.get(i)) ? 1 : 0;
    }
    List<Object> read;
    try {
      read = from.getMany(end - answered + asked);
    } catch (JedisException e) {
      failure = e;
      return false;
    }
    int place = 0;
    while (answered < end) {
      int index = indexes.get(answered);
      place += asking.get(index) ? 1 : 0;
      answered++;
      replies.accept(node, index, read.get(place++));
    }
    return answered < indexes.size();
  }

  /** Gives the connection back, unless replies are still on their way to it. */
  void close() {
    Connection given = connection;
    if (given == null) {
      return;
    }
    connection = null;
    if (sent > answered) {
      given.setBroken();
    }
    try {
      given.close();
    } catch (JedisException e) {
      // The pool makes another in place of a broken one. That it could not will be found out again.
      log.debug("No connection to {} in place of a broken one", node, e);
    }
  }

  /** Why not all commands were answered; null when they were. */
  @Nullable JedisException failure() {
    return failure;
  }

  /** Commands that were not answered: each may have been done. */
  void unanswered(Indexes into) {
    for (int i = answered; i < indexes.size(); i++) {
      into.add(indexes.get(i));
    }
  }
}
