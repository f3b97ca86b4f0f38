package dev.sluice.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.QueueSpec.Profile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryLimitsTest {

  @ParameterizedTest
  @CsvSource({
    "3.10.8,QUORUM,false,false",
    "3.10.8,CELERY_QUORUM,true,false",
    "4.0.5,QUORUM,true,false",
    "4.0.5,QUORUM,false,true",
    "4.3.6,CELERY_QUORUM,true,true",
    "4.3.6,CELERY,true,false",
    "4.3.6,CLASSIC,false,false",
    "unknown,CELERY_QUORUM,true,false"
  })
  void only_a_quorum_queue_without_our_argument_on_4_0_and_later_is_in_danger(
      String version, Profile profile, boolean asDeclared, boolean danger) {
    assertThat(DeliveryLimits.mayDestroy(version, new QueueSpec("q", profile), asDeclared))
        .isEqualTo(danger);
  }
}
