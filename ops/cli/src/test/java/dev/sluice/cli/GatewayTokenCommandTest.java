package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Cli.Ran;
import dev.sluice.gateway.Clients;
import dev.sluice.settings.SluiceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayTokenCommandTest {
  @TempDir Path folder;

  @Test
  void prints_a_token_and_what_the_settings_need_to_know_it() throws IOException {
    Ran ran = run("shop");

    String token = ran.out().lines().findFirst().orElseThrow();
    String yaml = ran.out().substring(ran.out().indexOf("gateway:"));
    SluiceSettings settings =
        SluiceSettings.load(Files.writeString(folder.resolve("made.yaml"), yaml), Map.of());
    assertThat(ran.status()).isZero();
    assertThat(token).matches("sluice_[A-Za-z0-9_-]{43}");
    assertThat(yaml).doesNotContain(token);
    assertThat(settings.gateway().tokens().get("shop").sha256().orElseThrow().reveal())
        .isEqualTo(Clients.sha256(token));
  }

  @Test
  void never_prints_the_same_token_twice() {
    assertThat(run("shop").out()).isNotEqualTo(run("shop").out());
  }

  @Test
  void a_name_that_the_settings_could_not_hold_is_wrong_usage() {
    assertThat(run("a shop").status()).isEqualTo(2);
    assertThat(run("a: b").err()).contains("NAME may have up to 64 letters");
  }

  private Ran run(String name) {
    try (Cli cli = new Cli(folder, Map.of())) {
      return cli.run("gateway", "token", name);
    }
  }
}
