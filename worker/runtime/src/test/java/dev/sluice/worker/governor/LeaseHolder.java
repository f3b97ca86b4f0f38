package dev.sluice.worker.governor;

import dev.sluice.loop.LoopRunner;
import dev.sluice.redis.RedisScripts;
import java.net.URI;
import java.util.concurrent.CountDownLatch;

/** A process that has a permit of a limit across workers, keeps it, and waits to be killed. */
final class LeaseHolder {
  static final String TYPE = "mails.send";
  static final TypeLimits ONE = TypeLimits.NONE.shared(Limits.NONE.concurrency(1));
  static final Ask ASK = new Ask(TYPE, "mails", null, null, 1);

  private LeaseHolder() {}

  /**
   * Runs until it is killed.
   *
   * @param arguments URL of Redis; namespace
   */
  public static void main(String[] arguments) throws Exception {
    RedisScripts redis = RedisScripts.open(URI.create(arguments[0]));
    Governor governor = new Governor(GovernorOptions.DEFAULTS.redis(redis).namespace(arguments[1]));
    governor.limits(TYPE, ONE);
    // Neither is ever closed: the process is killed.
    LoopRunner.start("governor", governor.upkeep());
    governor.admit(ASK);
    System.out.println("HELD");
    new CountDownLatch(1).await();
  }
}
