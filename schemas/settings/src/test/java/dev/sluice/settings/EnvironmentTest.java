package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
  @TempDir Path folder;

  @Test
  void a_variable_overrides_the_file() throws IOException {
    Path file = Files.writeString(folder.resolve("sluice.yaml"), "http: {port: 1, host: h}");

    SluiceSettings settings = SluiceSettings.load(file, Map.of("SLUICE_HTTP_PORT", "2"));

    assertThat(settings.http()).isEqualTo(new HttpSettings("h", 2));
  }

  @Test
  void every_kind_of_value_can_be_given() {
    SluiceSettings settings =
        SluiceSettings.load(
            null,
            Map.of(
                "SLUICE_BROKER_URL", "amqp://h",
                "SLUICE_DATABASE_POOL_SIZE", "7",
                "SLUICE_SPOOL_MAX_BYTES", "20000000000",
                "SLUICE_SPOOL_WHEN_FULL", "block",
                "SLUICE_DATABASE_PASSWORD", "12345",
                "SLUICE_WORKER_SHUTDOWN_DEADLINE", "3s",
                "SLUICE_WORKER_VIRTUAL_THREADS", "true"));

    assertThat(settings.broker().url()).contains(new MaskedUrl("amqp://h"));
    assertThat(settings.database().poolSize()).isEqualTo(7);
    assertThat(settings.spool().maxBytes()).isEqualTo(20_000_000_000L);
    assertThat(settings.spool().whenFull()).isEqualTo(SpoolSettings.WhenFull.BLOCK);
    assertThat(settings.database().password()).isEqualTo(new Secret("12345"));
    assertThat(settings.worker().shutdownDeadline()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.worker().virtualThreads()).isTrue();
  }

  @Test
  void an_empty_variable_is_not_set() {
    assertThat(SluiceSettings.load(null, Map.of("SLUICE_REDIS_URL", "")))
        .isEqualTo(SluiceSettings.defaults());
  }

  @Test
  void a_cluster_s_url_is_one_for_redis() {
    String url = "rediss-cluster://u:p@redis-1:6379,redis-2:6379";

    assertThat(SluiceSettings.load(null, Map.of("SLUICE_REDIS_URL", url)).redis().url())
        .hasValueSatisfying(masked -> assertThat(masked.reveal()).isEqualTo(url));
  }

  @Test
  void a_variable_that_means_nothing_stops_the_start() {
    assertThatThrownBy(() -> SluiceSettings.load(null, Map.of("SLUICE_BROKER_ULR", "x")))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "environment: SLUICE_BROKER_ULR: unknown variable; did you mean SLUICE_BROKER_URL?");
  }

  @Test
  void a_database_that_the_file_names_has_variables_of_its_own() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("sluice.yaml"),
            "database: {url: 'jdbc:h2:mem:m'}\ndatabases: {old-posts: }");

    SluiceSettings settings =
        SluiceSettings.load(
            file,
            Map.of(
                "SLUICE_DATABASES_OLD_POSTS_URL", "jdbc:h2:mem:old",
                "SLUICE_DATABASES_OLD_POSTS_POOL_SIZE", "3"));

    assertThat(settings.databases().get("old-posts").url())
        .contains(new MaskedUrl("jdbc:h2:mem:old"));
    assertThat(settings.databases().get("old-posts").poolSize()).isEqualTo(3);
  }

  @Test
  void a_variable_of_a_database_that_the_file_does_not_name_is_refused() throws IOException {
    Path file =
        Files.writeString(folder.resolve("sluice.yaml"), "databases: {archive: {user: me}}");

    assertThatThrownBy(
            () -> SluiceSettings.load(file, Map.of("SLUICE_DATABASES_ARCHIV_URL", "jdbc:h2:mem:a")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("did you mean SLUICE_DATABASES_ARCHIVE_URL?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SLUICE_TEST_SERVERS",
        "SLUICE_HOME",
        "SLUICE_FOLDER",
        "SLUICE_CONFIG",
        "SLUICE_JAVA_OPTS",
        "SLUICE_MVN_OPTS",
        "PATH"
      })
  void variables_that_others_read_are_left_alone(String name) {
    assertThat(SluiceSettings.load(null, Map.of(name, "x"))).isEqualTo(SluiceSettings.defaults());
  }

  @Test
  void a_value_of_another_type_is_refused_with_its_key() {
    assertThatThrownBy(() -> SluiceSettings.load(null, Map.of("SLUICE_HTTP_PORT", "eighty")))
        .isInstanceOf(SettingsException.class)
        .hasMessage("settings: http.port: \"eighty\" is not of type integer");
  }

  @Test
  void the_file_of_the_development_services_is_read() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("env"),
            "# servers\n\nSLUICE_BROKER_URL=amqp://a:b@h:1/?x=y\nexport SLUICE_REDIS_URL='redis://r'\n");

    assertThat(EnvFile.read(file))
        .containsExactly(
            Map.entry("SLUICE_BROKER_URL", "amqp://a:b@h:1/?x=y"),
            Map.entry("SLUICE_REDIS_URL", "redis://r"));
  }

  @Test
  void a_line_that_is_no_assignment_is_refused() throws IOException {
    Path file = Files.writeString(folder.resolve("env"), "A=b\nnonsense\n");

    assertThatThrownBy(() -> EnvFile.read(file))
        .isInstanceOf(SettingsException.class)
        .hasMessage(file + ": line 2: must look like KEY=VALUE");
  }
}
