package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.worker.inbox.Inbox;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OwnRetentionTest {
  private static final Duration LONG = Duration.ofDays(90);
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void what_was_redriven_is_known_for_as_long_as_the_inbox_remembers() {
    assertThat(new OwnRetention(HOUR, HOUR, Inbox.RETENTION, HOUR).settledDeadTasks())
        .isEqualTo(OwnRetention.DEFAULTS.settledDeadTasks());
    assertThatThrownBy(() -> new OwnRetention(LONG, LONG, Inbox.RETENTION.minusMillis(1), LONG))
        .hasMessageContaining("settledDeadTasks must be at least 30 days")
        .hasMessageContaining("redrives");
  }

  @Test
  void an_hour_is_the_least_for_all_others() {
    Duration less = HOUR.minusMillis(1);
    assertThatThrownBy(() -> new OwnRetention(less, LONG, LONG, LONG))
        .hasMessageContaining("firings must be at least an hour");
    assertThatThrownBy(() -> new OwnRetention(LONG, less, LONG, LONG))
        .hasMessageContaining("deadTasks must be at least an hour");
    assertThatThrownBy(() -> new OwnRetention(LONG, LONG, LONG, less))
        .hasMessageContaining("counterCorrections must be at least an hour");
  }
}
