package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;

class SubcommandTest {
  @TempDir Path folder;

  /** A command of another jar. */
  @Command(name = "extra")
  public static final class Extra implements Subcommand {
    @Override
    public Integer call() {
      return 7;
    }
  }

  @Test
  void a_command_of_another_jar_is_found_and_its_status_is_the_exit_status() throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF").resolve("services"));
    Files.writeString(services.resolve(Subcommand.class.getName()), Extra.class.getName());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader jar = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before);
        Cli cli = new Cli(folder, Map.of())) {
      thread.setContextClassLoader(jar);
      assertThat(cli.run("extra").status()).isEqualTo(7);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
