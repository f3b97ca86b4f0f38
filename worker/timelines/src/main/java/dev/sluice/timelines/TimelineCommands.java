package dev.sluice.timelines;

import java.time.Duration;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.args.RawableFactory;

/**
 * The commands that a fan-out sends by the million: what they have in common is encoded once.
 *
 * <p>Threading: safe, immutable.
 */
final class TimelineCommands {
  private static final Rawable OLDEST = RawableFactory.from(0);

  private final Rawable lastOverCap;
  private final Rawable idleSeconds;

  TimelineCommands(int cap, Duration idle) {
    lastOverCap = RawableFactory.from(-(cap + 1L));
    idleSeconds = RawableFactory.from(idle.toSeconds());
  }

  CommandObject<Long> add(Rawable timeline, Rawable score, Rawable member) {
    return command(new CommandArguments(Command.ZADD).key(timeline).add(score).add(member));
  }

  /** Removes the oldest entries over the cap. */
  CommandObject<Long> trim(Rawable timeline) {
    return command(
        new CommandArguments(Command.ZREMRANGEBYRANK).key(timeline).add(OLDEST).add(lastOverCap));
  }

  /** Lets the timeline live on for the idle time. */
  CommandObject<Long> keep(Rawable timeline) {
    return command(new CommandArguments(Command.EXPIRE).key(timeline).add(idleSeconds));
  }

  private static CommandObject<Long> command(CommandArguments arguments) {
    return new CommandObject<>(arguments, BuilderFactory.LONG);
  }
}
