package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.devservices.DevServices;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleProjectIT {
  private static final DevServices SERVICES = DevServices.shared();

  @TempDir Path folder;

  @Test
  void a_project_of_its_own_is_built_against_what_is_installed_and_run_by_a_worker()
      throws Exception {
    Path lib = new ExampleBuild(folder).build();
    Map<String, String> variables = CliProcess.servers(SERVICES);

    try (CliProcess worker =
        CliProcess.start(folder, variables, "worker", "--lib", lib.toString())) {
      worker.awaitError("consumes");
      try (CliProcess enqueue =
          CliProcess.start(
              folder,
              variables,
              "enqueue",
              "clicks.record",
              "--queue",
              "clicks",
              "--count",
              "5",
              "--kwargs",
              "{\"user\": 7, \"page\": \"/home\"}")) {
        assertThat(enqueue.end()).as(enqueue.err()).isZero();
        assertThat(enqueue.out().lines()).hasSize(5);
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> clicks() == 5);
      worker.terminate();
      assertThat(worker.end()).as(worker.err()).isZero();
      assertThat(worker.err())
          .contains("com.example.clicks.ClicksModule", "database jdbc:mysql://", "has stopped")
          .doesNotContain(SERVICES.database().password());
    }
  }

  private static int clicks() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                SERVICES.database().jdbcUrl(),
                SERVICES.database().user(),
                SERVICES.database().password());
        Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM clicks")) {
      count.next();
      return count.getInt(1);
    }
  }
}
