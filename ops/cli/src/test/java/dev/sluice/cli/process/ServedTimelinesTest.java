package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.CommandFailed;
import dev.sluice.database.DatabaseUnavailable;
import dev.sluice.settings.SluiceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedTimelinesTest {
  /** Nobody listens there. */
  private static final String REDIS = "redis: {url: 'redis://127.0.0.1:1'}\n";

  private static final String ON = "gateway: {timelines: true}\n";

  @TempDir Path folder;
  private final LateDatabase away =
      new LateDatabase(
          () -> {
            throw new DatabaseUnavailable("not yet", null);
          });

  @Test
  void none_are_served_unless_it_is_set() throws IOException {
    assertThat(served(REDIS, Optional.of(away))).isFalse();
  }

  @Test
  void none_are_served_without_a_redis_or_without_a_database() throws IOException {
    assertThat(served(ON, Optional.of(away))).isFalse();
    assertThat(served(ON + REDIS, Optional.empty())).isFalse();
  }

  @Test
  void servers_that_are_away_keep_no_gateway_from_starting() throws IOException {
    assertThat(served(ON + REDIS, Optional.of(away))).isTrue();
  }

  @Test
  void wrong_settings_of_timelines_stop_the_start() {
    assertThatThrownBy(
            () -> served(ON + REDIS + "modules: {timelines.cap: 0}\n", Optional.of(away)))
        .isInstanceOf(CommandFailed.class)
        .hasMessage("timelines.cap must be 1 to 10000, is 0");
  }

  private boolean served(String yaml, Optional<LateDatabase> database) throws IOException {
    SluiceSettings settings =
        SluiceSettings.load(Files.writeString(folder.resolve("sluice.yaml"), yaml), Map.of());
    try (ServedTimelines served =
        ServedTimelines.open(settings, database, Optional.empty(), Optional.empty())) {
      return served.timelines().isPresent();
    }
  }
}
