package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.spool.Spool;
import dev.sluice.spool.SpoolException;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.spool.SpoolRelay;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelayProcessTest {
  @TempDir Path spools;
  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final StopSignal stop = new StopSignal(() -> {});

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void a_spool_whose_folder_vanished_is_given_up() throws Exception {
    Path folder = spool("a");
    RelayProcess process = process();
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(
            () -> {
              try {
                process.run(stop, Map.of());
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    await().until(() -> !isFree(folder));
    delete(folder);
    await().until(() -> isFree(folder));
    stop.end();
    running.join();
  }

  @Test
  void a_drain_tells_whether_everything_that_was_there_is_published() throws Exception {
    Path folder = spool("a");
    SpoolRelay other = SpoolRelay.open(folder, broker, SpoolRelay.Options.DEFAULTS);
    assertThat(process().drain(stop)).isFalse();
    other.close();
    assertThat(process().drain(stop)).isTrue();
  }

  private Path spool(String name) {
    Path folder = spools.resolve(name);
    Spool.open(SpoolOptions.of(folder)).close();
    return folder;
  }

  private RelayProcess process() throws IOException {
    Path file = Files.writeString(spools.resolve("sluice.yaml"), "http: {port: 0}");
    return new RelayProcess(
        SluiceSettings.load(file, Map.of()), broker, List.of(spools), QueueSpec::of, 0);
  }

  private boolean isFree(Path folder) throws IOException {
    try {
      SpoolRelay.open(folder, broker, SpoolRelay.Options.DEFAULTS).close();
      return true;
    } catch (SpoolException e) {
      return false;
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
