package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Builds the example project as its owner would: in a folder of its own, against a repository that
 * holds our artefacts as {@code mvn install} leaves them. The local repository is private, so that
 * the user's own keeps its artefacts; everything else is taken from the user's, and only what is
 * missing there is downloaded.
 */
final class ExampleBuild {
  private static final Pattern ARTIFACT =
      Pattern.compile("</parent>.*?<artifactId>([^<]+)</artifactId>", Pattern.DOTALL);
  private static final String VERSION = "0.1.0-SNAPSHOT";
  private static final List<String> MODULES =
      List.of("schemas/tasks", "schemas/database", "producer-api", "worker/runtime");

  private final Path root = Path.of("").toAbsolutePath().getParent().getParent();
  private final Path folder;
  private final Path installed;

  ExampleBuild(Path folder) {
    this.folder = folder;
    this.installed = folder.resolve("installed");
  }

  /** Returns the folder that holds the example's jar. */
  Path build() throws IOException, InterruptedException {
    install("sluice-parent", root.resolve("pom.xml"));
    for (String module : MODULES) {
      Path pom = root.resolve(module).resolve("pom.xml");
      Matcher artifact = ARTIFACT.matcher(Files.readString(pom));
      assertThat(artifact.find()).isTrue();
      String name = artifact.group(1);
      Path jar = root.resolve(module).resolve("target").resolve(name + "-" + VERSION + ".jar");
      assertThat(jar).as("run the tests with `mvn verify`, which packages it first").exists();
      install(name, pom);
      Files.copy(jar, place(name).resolve(name + "-" + VERSION + ".jar"));
    }
    Path project = copy(root.resolve("ops").resolve("examples").resolve("clicks"));
    maven(project);
    return project.resolve("target");
  }

  private void install(String name, Path pom) throws IOException {
    Files.createDirectories(place(name));
    Files.copy(pom, place(name).resolve(name + "-" + VERSION + ".pom"));
  }

  private Path place(String name) {
    return installed.resolve("dev").resolve("sluice").resolve(name).resolve(VERSION);
  }

  private Path copy(Path example) throws IOException {
    Path project = folder.resolve("clicks");
    try (Stream<Path> files = Files.walk(example)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path relative = example.relativize(file);
        if (!relative.startsWith("target")) {
          Path copy = project.resolve(relative);
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
    return project;
  }

  private void maven(Path project) throws IOException, InterruptedException {
    Path log = folder.resolve("maven.log");
    Process maven =
        new ProcessBuilder(
                System.getProperty("sluice.test.mvn", "mvn"),
                "-B",
                "-q",
                "-s",
                settings().toString(),
                "-f",
                project.resolve("pom.xml").toString(),
                "package")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(maven.waitFor(80, TimeUnit.SECONDS)).as("Maven ended in time").isTrue();
    assertThat(maven.exitValue()).as(Files.readString(log)).isZero();
  }

  private Path settings() throws IOException {
    Path users = Path.of(System.getProperty("user.home"), ".m2", "repository");
    return Files.writeString(
        folder.resolve("settings.xml"),
        """
        <settings>
          <localRepository>%s</localRepository>
          <profiles>
            <profile>
              <id>this-machine</id>
              <repositories>
                <repository><id>installed</id><url>%s</url></repository>
                <repository><id>users</id><url>%s</url></repository>
              </repositories>
              <pluginRepositories>
                <pluginRepository><id>users</id><url>%s</url></pluginRepository>
              </pluginRepositories>
            </profile>
          </profiles>
          <activeProfiles><activeProfile>this-machine</activeProfile></activeProfiles>
        </settings>
        """
            .formatted(folder.resolve("m2"), installed.toUri(), users.toUri(), users.toUri()));
  }
}
