package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that cannot be used, and who is told what. */
class SpoolFolderTest {
  @TempDir Path temp;

  @Test
  void a_file_in_place_of_the_folder_is_a_clear_error() throws IOException {
    Path file = Files.writeString(temp.resolve("spool"), "x");
    assertThatThrownBy(() -> Spool.open(Spools.options(file)))
        .isInstanceOf(SpoolException.class)
        .hasMessageContaining(file + " is a file: name a folder");
  }

  @Test
  void a_folder_that_cannot_be_made_is_a_clear_error() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "x");
    assertThatThrownBy(() -> Spool.open(Spools.options(file.resolve("spool"))))
        .isInstanceOf(SpoolException.class)
        .hasMessageContaining("spool cannot be written")
        .hasMessageContaining("name another folder");
  }

  @Test
  void a_second_writer_in_this_process_is_refused_and_does_no_harm() throws IOException {
    try (Spool spool = Spool.open(Spools.options(temp))) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> Spool.open(Spools.options(temp)))
            .isInstanceOf(SpoolException.class)
            .hasMessageContaining(
                "in use by this process (" + ProcessHandle.current().pid() + ") (writer.lock)")
            .hasMessageContaining("give each process a folder of its own");
      }
      assertThat(FolderLock.tryTake(temp, FolderLock.RELAY)).isNotNull();
      spool.append(Spools.body(0, 10));
    }
    Spool.open(Spools.options(temp)).close();
  }

  @Test
  void the_same_folder_by_another_name_is_the_same_folder() throws IOException {
    Path link =
        Files.createSymbolicLink(temp.resolve("link"), Files.createDirectory(temp.resolve("f")));
    try (Spool spool = Spool.open(Spools.options(temp.resolve("f")))) {
      assertThatThrownBy(() -> Spool.open(Spools.options(link))).hasMessageContaining("in use by");
      spool.append(Spools.body(0, 10));
    }
    assertThat(Spools.read(link)).hasSize(1);
  }

  @Test
  void bad_options_are_refused_with_the_allowed_range() {
    SpoolOptions options = Spools.options(temp);
    assertThatThrownBy(() -> options.limits(4096, 1023)).hasMessageContaining("at least 1024");
    assertThatThrownBy(() -> options.maxBytes((32 << 20) - 1))
        .hasMessageContaining("at least twice segmentBytes");
    assertThatThrownBy(() -> options.syncInterval(Duration.ZERO))
        .hasMessageContaining("syncInterval");
    assertThatThrownBy(() -> options.blockFor(Duration.ofMillis(-1)))
        .hasMessageContaining("blockFor");
    assertThatThrownBy(() -> options.relayRate(-1)).hasMessageContaining("relayRate");
  }

  @Test
  void the_defaults_are_these() {
    SpoolOptions options = SpoolOptions.of(temp);
    assertThat(options.sync()).isEqualTo(SpoolOptions.Sync.OS);
    assertThat(options.syncInterval()).isEqualTo(Duration.ofMillis(100));
    assertThat(options.maxBytes()).isEqualTo(1L << 30);
    assertThat(options.segmentBytes()).isEqualTo(16 << 20);
    assertThat(options.whenFull()).isEqualTo(SpoolOptions.WhenFull.BLOCK);
    assertThat(options.blockFor()).isEqualTo(Duration.ofSeconds(1));
    assertThat(options.relayRate()).isZero();
    assertThat(options.relay()).isTrue();
  }
}
