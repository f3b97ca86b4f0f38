package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerWithoutBrokerIT {
  @TempDir Path folder;

  @Test
  void a_broker_that_is_down_at_the_start_is_waited_for() throws Exception {
    try (DevServices services = DevServices.start(ServiceOptions.of(ServiceKind.RABBIT))) {
      Map<String, String> variables = new HashMap<>();
      variables.put("SLUICE_BROKER_URL", services.rabbit().url());
      services.rabbit().kill();

      try (CliProcess worker =
          CliProcess.start(folder, variables, "worker", "--queues", "waiting")) {
        worker.awaitError("waiting for the broker");
        services.rabbit().start();
        worker.awaitError("consumes [waiting]");

        worker.terminate();
        assertThat(worker.end()).isZero();
      }
    }
  }
}
