package dev.sluice.timelines.handlers;

import static dev.sluice.timelines.handlers.TimelineFixture.AUTHOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.timelines.Edge;
import dev.sluice.timelines.TimelineStore;
import dev.sluice.worker.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EdgeChangedWhileLookedAtIT {
  private static final long FOLLOWER = 42;

  @RegisterExtension final TimelineFixture fixture = new TimelineFixture();

  private final AtomicInteger connections = new AtomicInteger();

  @Test
  void an_unfollow_that_comes_after_the_first_look_is_seen_by_the_second() throws Exception {
    fixture.write(fixture.post(1));
    fixture.follow(AUTHOR, FOLLOWER);
    EdgeChangedHandler handler =
        new EdgeChangedHandler(
            unfollowedAtTheSecondConnection(),
            new TimelineStore(fixture.sharedRedis(), fixture.options),
            fixture.options,
            Duration.ofSeconds(1));

    // The handler asks nothing of its task.
    Outcome outcome = handler.handle(new Edge(FOLLOWER, AUTHOR), null);

    assertThat(outcome).isEqualTo(Outcome.completed());
    assertThat(fixture.followingOf(FOLLOWER)).isEmpty();
  }

  /** The first connection is for the first look, the second for what it leads to. */
  private DataSource unfollowedAtTheSecondConnection() {
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (connections.incrementAndGet() == 2) {
                fixture.execute("UPDATE sluice_follow SET active = FALSE, version = version + 1");
              }
              try {
                return method.invoke(fixture.sluice.dataSource(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
