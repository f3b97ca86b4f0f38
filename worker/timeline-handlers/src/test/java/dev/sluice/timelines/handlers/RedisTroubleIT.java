package dev.sluice.timelines.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.testkit.TaskOutcome;
import dev.sluice.timelines.TimelineOptions;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A Redis in trouble costs no attempt and no entry. */
class RedisTroubleIT {
  private static final DevServices SERVICES =
      DevServices.start(ServiceOptions.of(ServiceKind.REDIS));

  @RegisterExtension
  final TimelineFixture fixture =
      new TimelineFixture(TimelineOptions.DEFAULTS, URI.create(SERVICES.redis().url()));

  @AfterAll
  static void stop() {
    SERVICES.close();
  }

  @Test
  void a_post_waits_while_redis_is_out_of_memory() throws Exception {
    fixture.redis().configSet("maxmemory", "1");
    assertThatAPostWaits();

    fixture.redis().configSet("maxmemory", "0");
    assertThatItArrives();
  }

  @Test
  void a_post_waits_while_redis_is_away_and_is_not_committed() throws Exception {
    SERVICES.redis().kill();
    assertThatAPostWaits();

    SERVICES.redis().start();
    fixture.reconnect();
    assertThatItArrives();
  }

  private void assertThatAPostWaits() throws Exception {
    assertThat(fixture.write(fixture.post(1)))
        .extracting(TaskOutcome::kind)
        .containsExactly(TaskOutcome.Kind.SNOOZED);
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_post")).isZero();
  }

  private void assertThatItArrives() throws Exception {
    fixture.sluice.advance(Duration.ofMinutes(1));
    assertThat(fixture.oldestFirst(fixture.keys.everyone())).hasSize(1);
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_post")).isEqualTo(1);
  }
}
