package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.worker.fanout.FanOutOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers that are killed with SIGKILL in any step of a chunk. */
class KilledFanOutIT {
  private static final int CHUNK = 50;
  private static final int LANES = FanOutOptions.DEFAULTS.lanes();

  /** Into the second chunk of some lane. */
  private static final int PASSES = LANES + 1;

  @RegisterExtension FanOutServers servers = new FanOutServers(1000);
  @TempDir Path folder;
  private FanOutProcesses processes;

  @AfterEach
  void end() throws Exception {
    processes.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"WRITE", "WRITTEN", "FOLLOW_UP", "CONFIRM", "FOLLOW_UP_ACK"})
  void each_recipient_has_its_entry_and_at_most_a_chunk_of_each_lane_is_repeated(
      Standstill.At moment) throws Exception {
    processes = new FanOutProcesses(servers, folder, CHUNK);
    servers.start();
    Process doomed = processes.start(moment, PASSES);
    await()
        .atMost(FanOutServers.PATIENCE)
        .until(() -> processes.log().contains(Standstill.REACHED) || !doomed.isAlive());
    assertThat(doomed.isAlive()).as(processes.log()).isTrue();
    doomed.destroyForcibly().waitFor();
    assertThat(servers.ends()).as("ended before the kill").isEmpty();

    DoomedFanOut next = new DoomedFanOut(servers.database().dataSource(), servers.redis());
    try (Worker worker =
        next.open(servers.broker(), next.kind(FanOutOptions.DEFAULTS.chunk(CHUNK)), LANES)) {
      worker.start();
      servers.awaitEnd("done");
    }

    servers.assertLedgerExact();
    assertThat(servers.repeatedChunks())
        .isBetween(moment == Standstill.At.WRITTEN ? 1L : 0L, (long) LANES);
    // The killed worker's, its redelivery's, and at the same time one published by the outbox, when
    // the worker had not yet deleted the row.
    assertThat(servers.chunks()).allMatch(times -> times <= 3);
  }
}
