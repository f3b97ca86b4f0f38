package dev.sluice.devservices;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

  private static final ProcessIdentity THIS_JVM = ProcessIdentity.of(ProcessHandle.current());
  private static final ProcessIdentity GONE = new ProcessIdentity(THIS_JVM.pid(), 1);

  @TempDir private Path folder;
  private Process process;
  private RunFolder run;

  @BeforeEach
  void start() throws IOException {
    process = new ProcessBuilder("sleep", "600").start();
    run = new RunFolder(folder);
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  @Test
  void what_is_written_down_is_read_again() {
    ProcessRecord standing = entry(Optional.empty());
    run.add(standing);
    assertThat(new RunFolder(folder).living()).containsExactly(standing);
  }

  @Test
  void only_the_owner_may_read_it() throws IOException {
    run.add(entry(Optional.empty()));
    try (var files = Files.list(folder)) {
      Path file = files.findFirst().orElseThrow();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void a_process_whose_jvm_was_killed_is_ended() {
    run.add(entry(Optional.of(GONE)));
    assertThat(run.endOrphans()).isEqualTo(1);
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !process.isAlive());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_process_whose_jvm_lives_is_left_alone() {
    run.add(entry(Optional.of(THIS_JVM)));
    assertThat(run.endOrphans()).isZero();
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void a_standing_process_is_no_orphan() {
    run.add(entry(Optional.empty()));
    assertThat(run.endOrphans()).isZero();
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void a_reused_process_id_is_never_killed() {
    ProcessIdentity earlier = new ProcessIdentity(process.pid(), 1);
    run.add(new ProcessRecord("redis", earlier, Optional.of(GONE), folder, 1, Generation.SID));
    assertThat(run.endOrphans()).isZero();
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void a_file_that_cannot_be_read_stops_nothing() throws IOException {
    Files.writeString(folder.resolve("broken.properties"), "role=redis\n");
    assertThat(run.living()).isEmpty();
    assertThat(run.endOrphans()).isZero();
  }

  private ProcessRecord entry(Optional<ProcessIdentity> owner) {
    return new ProcessRecord(
        "redis",
        ProcessIdentity.of(process.toHandle()),
        owner,
        folder.resolve("data"),
        12_345,
        Generation.TRIXIE);
  }
}
