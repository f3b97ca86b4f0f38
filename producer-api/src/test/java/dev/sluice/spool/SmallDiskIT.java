package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk of 1 MiB that other files fill, and one that is read-only. */
class SmallDiskIT {
  @TempDir Path temp;
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(temp.resolve("disk"));
    run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", disk.toString());
  }

  @ParameterizedTest
  @EnumSource(SpoolOptions.Sync.class)
  void a_full_disk_is_an_error_and_room_on_it_ends_that(SpoolOptions.Sync sync) throws IOException {
    Path folder = disk.resolve("spool");
    Path ballast = Files.write(disk.resolve("ballast"), new byte[500_000]);
    int stored = 0;
    try (Spool spool = Spool.open(Spools.options(folder).sync(sync))) {
      while (append(spool, stored)) {
        stored++;
      }
      assertThat(stored).isGreaterThan(100);
      int next = stored;
      assertThatThrownBy(() -> spool.append(Spools.body(next, 3000)))
          .isInstanceOf(SpoolException.Failed.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("No space left on device")
          .hasMessageContaining("bytes free")
          .hasMessageContaining("make room");
      Files.delete(ballast);
      for (int i = 0; i < 50; i++) {
        spool.append(Spools.body(stored++, 3000));
      }
      assertThat(spool.stats().damaged()).isZero();
    }
    try (SpoolReader reader = new SpoolReader(folder, SpoolPosition.START, new Damage())) {
      for (String name : Spools.bodies(0, stored, 3000)) {
        assertThat(Spools.next(reader)).isEqualTo(name);
      }
      assertThat(reader.next()).isNull();
      assertThat(reader.damaged()).isZero();
    }
  }

  @Test
  void a_full_disk_can_be_opened_read_and_made_room_on_by_the_relay() throws IOException {
    Path folder = disk.resolve("spool");
    SpoolOptions options = Spools.options(folder).limits(1 << 24, 1 << 16);
    int stored = 0;
    try (Spool spool = Spool.open(options)) {
      while (append(spool, stored)) {
        stored++;
      }
    }
    try (Spool spool = Spool.open(options);
        SpoolReader reader = new SpoolReader(folder, SpoolPosition.START, new Damage())) {
      int next = stored;
      assertThatThrownBy(() -> spool.append(Spools.body(next, 3000)))
          .isInstanceOf(SpoolException.Failed.class);
      for (int i = 0; i < stored; i++) {
        assertThat(Spools.next(reader)).isEqualTo(Spools.name(Spools.body(i, 3000)));
      }
      assertThat(reader.deleteUpTo(reader.position())).isPositive();
      spool.append(Spools.body(stored, 3000));
      assertThat(Spools.next(reader)).isEqualTo(Spools.name(Spools.body(stored, 3000)));
    }
  }

  @Test
  void a_read_only_folder_is_a_clear_error() throws Exception {
    Path folder = Files.createDirectory(disk.resolve("spool"));
    run("mount", "-o", "remount,ro", disk.toString());
    assertThatThrownBy(() -> Spool.open(Spools.options(folder)))
        .isInstanceOf(SpoolException.class)
        .hasMessageContaining("the spool folder " + folder + " cannot be written")
        .hasMessageContaining("Read-only file system")
        .hasMessageContaining(System.getProperty("user.name"));
  }

  private static boolean append(Spool spool, int number) {
    try {
      spool.append(Spools.body(number, 3000));
      return true;
    } catch (SpoolException.Failed e) {
      return false;
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor())
        .as(
            "%s: %s. This test needs a small disk: run it as root on Linux, in a container with"
                + " --cap-add SYS_ADMIN",
            String.join(" ", command), output)
        .isZero();
  }
}
