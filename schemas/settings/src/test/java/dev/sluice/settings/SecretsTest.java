package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {

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
