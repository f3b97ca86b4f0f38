package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RabbitService;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows compiles, runs, and writes its row. */
class ReadmeExampleIT {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Path README = Path.of("..", "..", "README.md");

  @TempDir Path folder;

  @Test
  void the_first_example_writes_one_click() throws Exception {
    RabbitService rabbit = DevServices.shared().rabbit();
    DatabaseService database = DevServices.shared().database();
    try (Connection connection = DriverManager.getConnection(database.url());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE click (user BIGINT NOT NULL, page VARCHAR(200) NOT NULL)");
    }
    Process example = start(compiled("Clicks"), "Clicks", rabbit.url(), database.url());
    try {
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(clicks(database)).as(log()).isEqualTo("7 /home"));
    } finally {
      example.destroyForcibly().waitFor();
    }
  }

  @Test
  void the_second_example_notifies_each_subscriber_once() throws Exception {
    RabbitService rabbit = DevServices.shared().rabbit();
    DatabaseService database = DevServices.shared().database();
    try (Connection connection = DriverManager.getConnection(database.url());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE subscription (topic BIGINT, reader BIGINT, PRIMARY KEY (topic, reader))");
      statement.execute("CREATE TABLE notification (reader BIGINT, text VARCHAR(200))");
      // More than a chunk.
      StringBuilder rows = new StringBuilder("(4, 7)");
      for (int reader = 1; reader <= 2500; reader++) {
        rows.append(", (3, ").append(reader).append(')');
      }
      statement.execute("INSERT INTO subscription (topic, reader) VALUES " + rows);
    }
    Process example = start(compiled("News"), "News", rabbit.url(), database.url());
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(
                          text(
                              database,
                              "SELECT COUNT(*), COUNT(DISTINCT reader) FROM notification"
                                  + " WHERE text = 'Good news'"))
                      .as(log())
                      .isEqualTo("2500 2500"));
    } finally {
      example.destroyForcibly().waitFor();
    }
  }

  /** The example of the README whose class has this name. */
  private Path compiled(String name) throws Exception {
    Matcher block = JAVA.matcher(Files.readString(README));
    do {
      assertThat(block.find()).as("README has a Java example " + name).isTrue();
    } while (!block.group(1).contains("class " + name + " "));
    Path source = folder.resolve(name + ".java");
    Files.writeString(source, block.group(1));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                folder.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
    assertThat(status).as("exit status of javac").isZero();
    return folder;
  }

  private Process start(Path classes, String name, String brokerUrl, String databaseUrl)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classes + File.pathSeparator + System.getProperty("java.class.path"),
            name);
    builder.environment().put("SLUICE_BROKER_URL", brokerUrl);
    builder.environment().put("SLUICE_DATABASE_URL", databaseUrl);
    builder.directory(folder.toFile());
    return builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
  }

  private static String clicks(DatabaseService database) throws Exception {
    return text(database, "SELECT user, page FROM click");
  }

  private static String text(DatabaseService database, String query) throws Exception {
    try (Connection connection = DriverManager.getConnection(database.url());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      StringBuilder clicks = new StringBuilder();
      while (rows.next()) {
        clicks.append(rows.getLong(1)).append(' ').append(rows.getString(2));
      }
      return clicks.toString();
    }
  }

  private String log() throws Exception {
    return Files.readString(folder.resolve("log"));
  }
}
