package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.spool.SpoolOptions.Sync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sync that failed is never repeated: what is in doubt is written again elsewhere. */
class FailedSyncTest {
  @TempDir Path temp;
  private final FaultyDisk disk = new FaultyDisk();

  @Test
  void an_append_that_returned_survives_power_loss_though_a_sync_failed() throws IOException {
    Spool spool = Spool.open(Spools.options(temp).sync(Sync.ALWAYS), disk);
    IntStream.range(0, 5).forEach(i -> spool.append(Spools.body(i, 100)));
    disk.failSyncs(1);
    IntStream.range(5, 10).forEach(i -> spool.append(Spools.body(i, 100)));
    assertThat(spool.stats().failedSyncs()).isEqualTo(1);
    assertThat(disk.syncedAfterFailure()).isFalse();
    disk.losePower();
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 10, 100));
    spool.close();
  }

  @Test
  void without_a_failure_too_what_returned_survives_power_loss() throws IOException {
    SpoolOptions options = Spools.options(temp).sync(Sync.ALWAYS).limits(1 << 20, 1024);
    Spool spool = Spool.open(options, disk);
    IntStream.range(0, 40).forEach(i -> spool.append(Spools.body(i, 100)));
    disk.losePower();
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 40, 100));
    spool.close();
  }

  @Test
  void a_folder_that_failed_to_sync_is_handled_alike() throws IOException {
    Spool spool = Spool.open(Spools.options(temp).sync(Sync.ALWAYS), disk);
    disk.failFolderSyncs(1);
    spool.append(Spools.body(0, 100));
    disk.losePower();
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 1, 100));
    spool.close();
  }

  @Test
  void records_that_are_not_synced_yet_and_their_segments_are_all_written_again()
      throws IOException {
    try (SegmentLog log = log(1024)) {
      Syncer syncer = new Syncer(log, disk, Spools.options(temp).syncInterval());
      append(log, 0, 2);
      syncer.runOnce();
      append(log, 2, 30);
      disk.failSyncs(1);
      syncer.runOnce();
      append(log, 30, 40);
      syncer.runOnce();
      assertThat(disk.syncedAfterFailure()).isFalse();
      assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 40, 100));
      disk.losePower();
      assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 40, 100));
    }
  }

  @Test
  void a_reader_that_read_them_before_does_not_get_them_twice() throws IOException {
    try (SegmentLog log = log(1 << 16);
        SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      append(log, 0, 6);
      IntStream.range(0, 4).forEach(i -> Spools.next(reader));
      disk.failSyncs(1);
      new Syncer(log, disk, Spools.options(temp).syncInterval()).runOnce();
      append(log, 6, 8);
      assertThat(IntStream.range(0, 4).mapToObj(i -> Spools.next(reader)).toList())
          .isEqualTo(Spools.bodies(4, 8, 100));
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void what_the_disk_kept_of_the_old_segment_does_not_hide_what_was_written_again()
      throws IOException {
    try (SegmentLog log = log(1 << 16)) {
      append(log, 0, 6);
      disk.failSyncs(1);
      new Syncer(log, disk, Spools.options(temp).syncInterval()).runOnce();
    }
    Path old = SegmentFile.list(temp).get(0).path();
    Spools.flip(old, SpoolFormat.HEADER_BYTES + 2 * 132 + 60);
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 6, 100));
  }

  @Test
  void what_cannot_be_read_back_is_unknown_and_later_appends_work() throws IOException {
    disk.failingSyncsDropPages();
    try (Spool spool = Spool.open(Spools.options(temp).sync(Sync.ALWAYS), disk)) {
      spool.append(Spools.body(0, 100));
      disk.failSyncs(1);
      assertThatThrownBy(() -> spool.append(Spools.body(1, 100)))
          .isInstanceOf(SpoolException.Unknown.class)
          .hasMessageContaining(temp.toString())
          .hasMessageContaining("could be read back")
          .hasMessageContaining("same task id");
      spool.append(Spools.body(2, 100));
      assertThat(spool.stats().refused()).isEqualTo(1);
      disk.losePower();
      assertThat(Spools.read(temp))
          .containsExactly(Spools.name(Spools.body(0, 100)), Spools.name(Spools.body(2, 100)));
    }
  }

  @Test
  void a_disk_that_fails_twice_fails_every_append_that_waits_and_stays_readable()
      throws IOException {
    try (SegmentLog log = log(1 << 16)) {
      Syncer syncer = new Syncer(log, disk, Spools.options(temp).syncInterval());
      CompletableFuture<Void> first = log.append(Spools.body(0, 100));
      disk.failSyncs(2);
      syncer.runOnce();
      assertThatThrownBy(first::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(SpoolException.Unknown.class);
      CompletableFuture<Void> second = log.append(Spools.body(1, 100));
      syncer.runOnce();
      assertThat(second).isCompleted();
    }
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 2, 100));
    try (var files = Files.list(temp)) {
      assertThat(files).allMatch(file -> file.toString().endsWith(".log"));
    }
  }

  @Test
  void closing_makes_durable_what_an_interval_had_not_yet() throws IOException {
    Spool spool =
        Spool.open(
            Spools.options(temp).sync(Sync.INTERVAL).syncInterval(Duration.ofHours(1)), disk);
    IntStream.range(0, 5).forEach(i -> spool.append(Spools.body(i, 100)));
    spool.close();
    disk.losePower();
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 5, 100));
  }

  @Test
  void an_interrupted_thread_closes_without_harm() throws IOException {
    Spool spool =
        Spool.open(
            Spools.options(temp).sync(Sync.INTERVAL).syncInterval(Duration.ofHours(1)), disk);
    spool.append(Spools.body(0, 100));
    Thread.currentThread().interrupt();
    spool.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(spool.stats().failedSyncs()).isZero();
    disk.losePower();
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 1, 100));
  }

  @Test
  void a_crash_while_records_are_written_again_loses_nothing() throws IOException {
    try (SegmentLog log = log(1 << 16)) {
      append(log, 0, 5);
    }
    Path half = temp.resolve("0009999999999999999.log.new");
    Files.write(half, SpoolFormat.segmentHeader(9999999999999999L, 1));
    try (Spool spool = Spool.open(Spools.options(temp))) {
      spool.append(Spools.body(5, 100));
    }
    assertThat(half).doesNotExist();
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 6, 100));
  }

  private SegmentLog log(int segmentBytes) throws IOException {
    return new SegmentLog(
        Spools.options(temp).sync(Sync.INTERVAL).limits(1 << 20, segmentBytes), disk, 1000);
  }

  private static void append(SegmentLog log, int from, int to) {
    IntStream.range(from, to).forEach(i -> log.append(Spools.body(i, 100)));
  }
}
