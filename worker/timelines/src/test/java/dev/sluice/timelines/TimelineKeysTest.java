package dev.sluice.timelines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.util.JedisClusterCRC16;

class TimelineKeysTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "shop"})
  void a_timeline_and_its_marks_are_in_one_slot_and_are_lost_together(String namespace) {
    TimelineKeys keys = new TimelineKeys(namespace);

    for (long user = 1; user < 1000; user++) {
      for (String timeline : List.of(keys.following(user), keys.profile(user), keys.everyone())) {
        int slot = JedisClusterCRC16.getSlot(timeline);
        assertThat(JedisClusterCRC16.getSlot(keys.kept(timeline))).isEqualTo(slot);
        assertThat(JedisClusterCRC16.getSlot(keys.built(timeline))).isEqualTo(slot);
      }
      assertThat(keys.kept(user)).isEqualTo(keys.kept(keys.following(user)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "shop"})
  void who_removes_every_timeline_removes_the_marks_as_well(String namespace) {
    TimelineKeys keys = new TimelineKeys(namespace);
    String prefix = keys.pattern().replace("*", "");

    assertThat(List.of(keys.kept(7), keys.built(keys.profile(7)), keys.following(7)))
        .allMatch(key -> key.startsWith(prefix));
  }
}
