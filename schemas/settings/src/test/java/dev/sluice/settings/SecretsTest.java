package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {
  @TempDir Path folder;

  @Test
  void printed_settings_hold_no_secret() {
    SluiceSettings settings =
        SluiceSettings.load(
            null,
            Map.of(
                "SLUICE_BROKER_URL", "amqp://u:one-secret@h/",
                "SLUICE_DATABASE_URL", "jdbc:mysql://h/d?user=u&password=two-secret",
                "SLUICE_DATABASE_PASSWORD", "three-secret",
                "SLUICE_REDIS_URL", "redis://:four-secret@h"));

    assertThat(settings.toString()).contains("amqp://u:***@h/").doesNotContain("-secret");
  }

  @Test
  void printed_databases_hold_no_secret() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("sluice.yaml"),
            "database: {url: 'jdbc:h2:mem:x'}\n"
                + "databases: {a: {url: 'jdbc:mysql://h/d?password=one-secret'}}");

    SluiceSettings settings =
        SluiceSettings.load(file, Map.of("SLUICE_DATABASES_A_PASSWORD", "two-secret"));

    assertThat(settings.databases().get("a").password().reveal()).isEqualTo("two-secret");
    assertThat(settings.toString()).contains("jdbc:mysql://h/d").doesNotContain("-secret");
  }

  @ParameterizedTest
  @CsvSource({
    "amqp://u:p@h:5672/v, amqp://u:***@h:5672/v",
    "amqp://u:p%40@h, amqp://u:***@h",
    "amqp://u:p/q:r@h, amqp://u:***@h",
    "amqp://h, amqp://h",
    "amqp://h:5672/v, amqp://h:5672/v",
    "redis://:p@h:1/0, redis://:***@h:1/0",
    "'redis-cluster://u:p@h:1,i:2', 'redis-cluster://u:***@h:1,i:2'",
    "jdbc:mysql://h/d?password=a;b&x=y, jdbc:mysql://h/d?password=***&x=y",
    "jdbc:mysql://h/d?trustCertificateKeyStorePassword=p&x=y, jdbc:mysql://h/d?trustCertificateKeyStorePassword=***&x=y",
    "jdbc:h2:mem:x;PASSWORD=p;MODE=MySQL, jdbc:h2:mem:x;PASSWORD=***;MODE=MySQL",
    "jdbc:mysql://u:p@h/d, jdbc:mysql://u:***@h/d",
    "cannot reach amqp://u:p@h now, cannot reach amqp://u:***@h now"
  })
  void a_url_is_printed_without_its_password(String url, String printed) {
    assertThat(new MaskedUrl(url)).hasToString(printed);
  }
}
