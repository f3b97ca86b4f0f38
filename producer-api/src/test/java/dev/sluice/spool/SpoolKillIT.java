package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.spool.SpoolOptions.Sync;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Writers that are processes of their own, and are killed with {@code kill -9}. */
class SpoolKillIT {
  private static final int GAP = 1_000_000;

  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource(Sync.class)
  void every_append_that_returned_before_a_kill_is_read_once_and_in_order(Sync sync)
      throws Exception {
    Random random = new Random(sync.ordinal());
    List<Integer> returned = new ArrayList<>();
    List<Integer> read = new ArrayList<>();
    try (SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      for (int kill = 0; kill < 5; kill++) {
        Process process = SpoolProcess.start(temp, sync, kill * GAP);
        try (BufferedReader output = SpoolProcess.output(process)) {
          assertThat(output.readLine()).isEqualTo("open");
          for (int i = 100 + random.nextInt(900); i > 0; i--) {
            returned.add(Integer.parseInt(output.readLine()));
            read(reader, read);
          }
          process.toHandle().destroyForcibly();
          output.lines().filter(line -> line.matches("\\d+")).forEach(line -> last(line, returned));
        } finally {
          process.destroyForcibly().waitFor();
        }
        read(reader, read);
      }
      Spool.open(Spools.options(temp)).close();
      read(reader, read);
      assertThat(reader.damaged()).isZero();
    }
    assertThat(read).isSorted().doesNotHaveDuplicates().containsAll(returned);
    assertThat(read.size()).as("at most one in flight per kill").isLessThan(returned.size() + 11);
    assertThat(Spools.records(temp, SpoolPosition.START)).hasSameSizeAs(read);
  }

  @Test
  void the_folder_of_a_living_process_is_refused_with_its_pid_and_taken_over_after_its_death()
      throws Exception {
    Process process = SpoolProcess.start(temp, Sync.OS, 0);
    try (BufferedReader output = SpoolProcess.output(process)) {
      assertThat(output.readLine()).isEqualTo("open");
      assertThatThrownBy(() -> Spool.open(Spools.options(temp)))
          .isInstanceOf(SpoolException.class)
          .hasMessageContaining(temp + " is in use by process " + process.pid());
      assertThat(output.readLine()).as("it goes on").isNotNull();
    } finally {
      process.destroyForcibly().waitFor();
    }
    Spool.open(Spools.options(temp)).close();
  }

  /** The last line may have been cut off by the kill, which makes a smaller number of it. */
  private static void last(String line, List<Integer> returned) {
    int number = Integer.parseInt(line);
    if (number == returned.get(returned.size() - 1) + 1) {
      returned.add(number);
    }
  }

  private static void read(SpoolReader reader, List<Integer> read) throws IOException {
    for (SpoolRecord each = reader.next(); each != null; each = reader.next()) {
      read.add(ByteBuffer.wrap(each.body()).getInt());
    }
  }
}
