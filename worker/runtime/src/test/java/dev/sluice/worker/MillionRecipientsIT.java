package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.worker.fanout.FanOutOptions;
import dev.sluice.worker.longtask.Progress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two workers, of which one is killed with SIGKILL ten times, fan out to a million. */
class MillionRecipientsIT {
  private static final int RECIPIENTS = 1_000_000;
  private static final int CHUNK = 1000;
  private static final int KILLS = 10;
  private static final int BETWEEN_KILLS = RECIPIENTS / (KILLS + 2);
  private static final long SEED = 20261121;

  @RegisterExtension FanOutServers servers = new FanOutServers(RECIPIENTS);
  @TempDir Path folder;

  @Test
  void ten_kills_repeat_a_chunk_of_each_lane_at_most_and_the_callback_comes_once()
      throws Exception {
    Random random = new Random(SEED);
    try (FanOutProcesses processes = new FanOutProcesses(servers, folder, CHUNK)) {
      List<Process> alive = new ArrayList<>();
      alive.add(processes.start(Standstill.At.NEVER, 0));
      alive.add(processes.start(Standstill.At.NEVER, 0));
      servers.start();
      for (int kill = 0; kill < KILLS; kill++) {
        awaitWritten((long) kill * BETWEEN_KILLS + 1 + random.nextInt(BETWEEN_KILLS));
        assertThat(servers.ends()).as("before kill " + kill).isEmpty();
        alive.remove(random.nextInt(2)).destroyForcibly().waitFor();
        alive.add(processes.start(Standstill.At.NEVER, 0));
      }
      servers.awaitEnd("done");
    }

    servers.assertLedgerExact();
    Progress progress = servers.progress();
    assertThat(progress).isNotNull();
    assertThat(progress.done()).isEqualTo(RECIPIENTS);
    assertThat(servers.repeatedChunks())
        .as("of %s chunks", servers.chunks().size())
        .isLessThanOrEqualTo((long) KILLS * FanOutOptions.DEFAULTS.lanes());
  }

  private void awaitWritten(long recipients) {
    await()
        .atMost(FanOutServers.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> written() >= recipients);
  }

  private long written() throws SQLException {
    Progress progress = servers.progress();
    return progress == null ? 0 : progress.done();
  }
}
