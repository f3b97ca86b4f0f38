package dev.sluice.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.message.Message;
import dev.sluice.spool.SpoolOptions.Sync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Appending, and reading back in this or a later process. */
class SpoolTest {
  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource(Sync.class)
  void what_was_appended_is_read_back_in_order(Sync sync) throws IOException {
    SpoolOptions options = Spools.options(temp).sync(sync).limits(1 << 20, 4096);
    try (Spool spool = Spool.open(options)) {
      for (int i = 0; i < 100; i++) {
        spool.append(Spools.body(i, 200));
      }
      assertThat(spool.stats().appended()).isEqualTo(100);
      assertThat(spool.stats().segments()).isGreaterThan(3);
    }
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 100, 200));
  }

  @Test
  void a_message_keeps_its_queue_its_eta_and_every_part() throws IOException {
    Message message =
        new Message(
            "application/json", "utf-8", 3, "id", null, Map.of("task", "t"), "[]".getBytes());
    Instant eta = Instant.parse("2026-11-21T08:00:00.123Z");
    try (Spool spool = Spool.open(Spools.options(temp))) {
      spool.append(new RoutedMessage("größe", eta, message));
      spool.append(new RoutedMessage("now", null, message));
    }
    try (SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      SpoolRecord first = reader.next();
      SpoolRecord second = reader.next();
      assertThat(first.queue()).isEqualTo("größe");
      assertThat(first.read())
          .usingRecursiveComparison()
          .isEqualTo(new RoutedMessage("größe", eta, message));
      assertThat(second.read().eta()).isNull();
      assertThat(first.appendedAt()).isEqualTo(Spools.NOW);
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void a_reader_follows_a_living_writer_across_segments() throws IOException {
    SpoolOptions options = Spools.options(temp).limits(1 << 20, 2048);
    try (Spool spool = Spool.open(options);
        SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      for (int i = 0; i < 60; i++) {
        assertThat(reader.next()).isNull();
        spool.append(Spools.body(i, 150));
        assertThat(reader.next())
            .isNotNull()
            .extracting(SpoolRecord::body)
            .isEqualTo(Spools.body(i, 150));
      }
    }
  }

  @Test
  void a_reader_goes_back_to_a_position_and_on_from_it_in_a_new_process() throws IOException {
    SpoolOptions options = Spools.options(temp).limits(1 << 20, 2048);
    try (Spool spool = Spool.open(options);
        SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      IntStream.range(0, 50).forEach(i -> spool.append(Spools.body(i, 150)));
      SpoolPosition tenth = null;
      for (int i = 0; i < 30; i++) {
        SpoolRecord record = reader.next();
        if (i == 9) {
          tenth = record.position();
        }
      }
      reader.seek(tenth);
      assertThat(reader.next().body()).isEqualTo(Spools.body(10, 150));
      assertThat(Spools.read(temp, tenth)).isEqualTo(Spools.bodies(10, 50, 150));
    }
  }

  @Test
  void segments_before_the_confirmed_position_are_deleted_and_the_newest_never()
      throws IOException {
    SpoolOptions options = Spools.options(temp).limits(1 << 20, 2048);
    try (Spool spool = Spool.open(options);
        SpoolReader reader = new SpoolReader(temp, SpoolPosition.START, new Damage())) {
      IntStream.range(0, 50).forEach(i -> spool.append(Spools.body(i, 150)));
      while (reader.next() != null) {
        reader.deleteUpTo(reader.position());
      }
      assertThat(SegmentFile.list(temp)).hasSize(1);
      spool.append(Spools.body(50, 150));
      assertThat(reader.next().body()).isEqualTo(Spools.body(50, 150));
    }
  }

  @Test
  void the_next_process_goes_on_with_higher_sequences() throws IOException {
    for (int i = 0; i < 5; i++) {
      try (Spool spool = Spool.open(Spools.options(temp))) {
        spool.append(Spools.body(i, 100));
      }
    }
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 5, 100));
    assertThat(Spools.records(temp, SpoolPosition.START))
        .extracting(SpoolRecord::sequence)
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void a_position_behind_records_that_a_power_loss_took_hides_no_new_ones() throws IOException {
    try (Spool spool = Spool.open(Spools.options(temp))) {
      IntStream.range(0, 50).forEach(i -> spool.append(Spools.body(i, 100)));
    }
    List<SpoolRecord> before = Spools.records(temp, SpoolPosition.START);
    Spools.truncate(SegmentFile.list(temp).get(0).path(), before.get(1).position().offset());
    SpoolOptions later = Spools.options(temp).clock(() -> Spools.NOW.plusMillis(1));
    try (Spool spool = Spool.open(later)) {
      spool.append(Spools.body(99, 100));
    }
    assertThat(Spools.read(temp, before.get(49).position())).isEqualTo(Spools.bodies(99, 100, 100));
  }

  @ParameterizedTest
  @EnumSource(Sync.class)
  void many_threads_append_and_nothing_is_lost(Sync sync) throws Exception {
    SpoolOptions options = Spools.options(temp).sync(sync).limits(8 << 20, 8192);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Spool spool = Spool.open(options)) {
      for (int t = 0; t < 8; t++) {
        int first = t * 100;
        threads.submit(
            () ->
                IntStream.range(first, first + 100).forEach(i -> spool.append(Spools.body(i, 99))));
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(Spools.read(temp)).containsExactlyInAnyOrderElementsOf(Spools.bodies(0, 800, 99));
  }

  @ParameterizedTest
  @EnumSource(Sync.class)
  void an_interrupted_thread_appends_and_harms_nobody(Sync sync) throws IOException {
    try (Spool spool = Spool.open(Spools.options(temp).sync(sync))) {
      spool.append(Spools.body(0, 100));
      Thread.currentThread().interrupt();
      spool.append(Spools.body(1, 100));
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(Spools.read(temp)).isEqualTo(Spools.bodies(0, 2, 100));
  }

  @Test
  void folder_and_files_are_their_owners_alone() throws IOException {
    Path folder = temp.resolve("a/b");
    try (Spool spool = Spool.open(Spools.options(folder))) {
      spool.append(Spools.body(1, 10));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
          .isEqualTo("rwx------");
      try (var files = Files.list(folder)) {
        assertThat(files)
            .hasSize(2)
            .allSatisfy(
                file ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
      }
    }
  }

  @Test
  void a_closed_spool_takes_nothing_and_says_so() {
    Spool spool = Spool.open(Spools.options(temp));
    spool.close();
    assertThatThrownBy(() -> spool.append(Spools.body(1, 10)))
        .isInstanceOf(SpoolException.Failed.class)
        .hasMessageContaining("is closed");
  }
}
