package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.devservices.DevServices;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The task without Java that the README shows: its settings, its table and its commands. */
class ReadmeSqlTaskIT {
  private static final DevServices SERVICES = DevServices.shared();
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TempDir Path folder;
  private String section = "";

  @BeforeEach
  void read() throws Exception {
    String readme = Files.readString(Path.of("..", "..", "README.md"));
    section = readme.substring(readme.indexOf("## A task without Java"));
    execute("DROP TABLE IF EXISTS page_views");
  }

  @AfterEach
  void drop() throws SQLException {
    execute("DROP TABLE IF EXISTS page_views");
  }

  @Test
  void what_is_copied_counts_a_thousand_views() throws Exception {
    Files.writeString(folder.resolve("sluice.yaml"), block("yaml"));
    execute(block("sql").strip().replaceFirst(";$", ""));

    try (CliProcess worker = run("ops/sluice worker").awaitError("consumes [");
        CliProcess enqueue = run("ops/sluice enqueue ")) {
      assertThat(enqueue.end()).as(enqueue.err()).isZero();
      await()
          .atMost(Duration.ofSeconds(40))
          .untilAsserted(() -> assertThat(views()).as(worker.err()).isEqualTo("/home 1000"));

      worker.terminate();
      assertThat(worker.end()).isZero();
    }
  }

  /** The section's first block of a language. */
  private String block(String language) {
    Matcher block =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(section);
    assertThat(block.find()).as("README shows a block of " + language).isTrue();
    return block.group(1);
  }

  /** Runs the command of the section that begins so, as a shell would. */
  private CliProcess run(String beginning) throws Exception {
    String command =
        section.lines().filter(line -> line.startsWith(beginning)).findFirst().orElseThrow();
    List<String> words = new ArrayList<>();
    for (Matcher word = WORD.matcher(command); word.find(); ) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return CliProcess.start(
        folder,
        CliProcess.servers(SERVICES),
        words.subList(1, words.size()).toArray(String[]::new));
  }

  private static String views() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT CONCAT(page, ' ', views) FROM page_views")) {
      return rows.next() ? rows.getString(1) : "none";
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(SERVICES.database().url());
  }
}
