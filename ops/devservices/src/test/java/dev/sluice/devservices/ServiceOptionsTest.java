package dev.sluice.devservices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceOptionsTest {

  @TempDir private Path folder;

  @Test
  void the_installed_servers_are_the_default() {
    assertThat(ServiceOptions.of(ServiceKind.all(), Map.of()))
        .isEqualTo(
            new ServiceOptions(ServiceKind.all(), Generation.BOOKWORM, Engine.AUTO, false, false));
  }

  @Test
  void the_environment_chooses_generation_and_engine() {
    ServiceOptions options =
        ServiceOptions.of(
            Set.of(ServiceKind.REDIS),
            Map.of("SLUICE_TEST_SERVERS", "sid", "SLUICE_TEST_ENGINE", "native"));
    assertThat(options.generation()).isEqualTo(Generation.SID);
    assertThat(options.engine()).isEqualTo(Engine.NATIVE);
  }

  @Test
  void transient_queues_are_permitted_only_when_asked_for() {
    ServiceOptions options =
        ServiceOptions.of(ServiceKind.all(), Map.of("SLUICE_TEST_SERVERS", "sid"));
    Credentials credentials = Credentials.in(folder);
    String permit = "deprecated_features.permit.transient_nonexcl_queues = true";
    assertThat(NativeRabbit.settings(credentials, options)).doesNotContain(permit);
    assertThat(NativeRabbit.settings(credentials, options.withTransientQueues())).contains(permit);
    assertThat(
            NativeRabbit.settings(
                credentials, options.withTransientQueues().withGeneration(Generation.BOOKWORM)))
        .doesNotContain(permit);
  }

  @Test
  void an_unknown_generation_is_refused_with_the_names_there_are() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Generation.named("buster"))
        .withMessageContaining("'buster'")
        .withMessageContaining("bookworm, trixie, sid");
  }

  @Test
  void a_missing_server_is_named_with_the_command_that_installs_it() {
    assertThat(Advice.missing(ServiceKind.DATABASE, "mariadbd"))
        .contains("mariadbd", "apt-get install mariadb-server", "brew install mariadb");
  }

  @Test
  void without_any_sign_of_docker_it_is_not_asked_for() {
    assertThat(Docker.hasSign(Map.of("DOCKER_HOST", "tcp://localhost:1"))).isTrue();
    assertThat(Docker.hasSign(Map.of("HOME", folder.toString())))
        .isEqualTo(Path.of("/var/run/docker.sock").toFile().exists());
  }

  @Test
  void urls_with_special_characters_survive_the_env_file() {
    EnvFile file = new EnvFile(folder.resolve("env"));
    Map<String, String> urls = Map.of("SLUICE_DATABASE_URL", "jdbc:mysql://h:1/d?a=b&password=c");
    file.write(urls);
    assertThat(file.read()).isEqualTo(urls);
    file.delete();
    assertThat(file.read()).isEmpty();
  }

  @Test
  void an_address_is_shown_without_credentials() {
    assertThat(ServiceStatus.of(ServiceKind.RABBIT, "amqp://u:secret@127.0.0.1:1/%2f").address())
        .isEqualTo("127.0.0.1:1");
    assertThat(
            ServiceStatus.of(
                    ServiceKind.DATABASE, "jdbc:mysql://127.0.0.1:1/sluice?user=u&password=secret")
                .address())
        .isEqualTo("127.0.0.1:1");
  }
}
