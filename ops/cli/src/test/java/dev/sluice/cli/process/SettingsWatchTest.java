package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.settings.SluiceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsWatchTest {
  private static final String ONE = "scheduler: {jobs: {one: {task: t, every: 5m}}}";
  private static final String TWO = "scheduler: {jobs: {two: {task: t, every: 5m}}}";

  @TempDir Path folder;
  private final List<String> taken = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private Path file;
  private SettingsWatch watch;

  @BeforeEach
  void the_file_has_one_job() throws Exception {
    file = Files.writeString(folder.resolve("sluice.yaml"), ONE);
    watch = watch(settings -> taken.addAll(settings.scheduler().jobs().keySet()));
    rounds(3);
    taken.clear();
  }

  @Test
  void a_file_that_was_written_is_taken_over_once() throws Exception {
    Files.writeString(file, TWO);
    rounds(5);

    assertThat(taken).containsExactly("two");
  }

  @Test
  void a_file_is_looked_at_again_soon_until_it_has_come_to_rest() throws Exception {
    assertThat(watch.runOnce()).isEqualTo(SettingsWatch.INTERVAL);
    Files.writeString(file, "");
    assertThat(watch.runOnce()).isEqualTo(SettingsWatch.SETTLING);
    Files.writeString(file, TWO);
    assertThat(watch.runOnce()).isEqualTo(SettingsWatch.SETTLING);

    assertThat(taken).isEmpty();
    assertThat(watch.runOnce()).isEqualTo(SettingsWatch.INTERVAL);
    assertThat(taken).containsExactly("two");
  }

  @Test
  void a_file_that_was_replaced_is_taken_over() throws Exception {
    Path other = Files.writeString(folder.resolve("new.yaml"), TWO);
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    rounds(2);

    assertThat(taken).containsExactly("two");
  }

  @Test
  void a_link_that_points_elsewhere_is_taken_over() throws Exception {
    Path first = Files.createDirectory(folder.resolve("first"));
    Path second = Files.createDirectory(folder.resolve("second"));
    Files.writeString(first.resolve("sluice.yaml"), ONE);
    Files.writeString(second.resolve("sluice.yaml"), TWO);
    Path data = Files.createSymbolicLink(folder.resolve("data"), first);
    Files.delete(file);
    Files.createSymbolicLink(file, data.resolve("sluice.yaml"));
    rounds(2);
    taken.clear();

    Path link = Files.createSymbolicLink(folder.resolve("data2"), second);
    Files.move(link, data, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    rounds(2);

    assertThat(taken).containsExactly("two");
  }

  @Test
  void a_file_that_is_not_valid_is_said_once_and_what_is_right_again_is_taken_over()
      throws Exception {
    Files.writeString(file, "scheduler: {jobs: {two: {task: t, evry: 5m}}}");
    rounds(6);

    assertThat(taken).isEmpty();
    assertThat(refused)
        .singleElement()
        .asString()
        .contains("sluice.yaml", "scheduler.jobs.two.evry", "did you mean every?");

    Files.writeString(file, TWO);
    rounds(2);
    assertThat(taken).containsExactly("two");
  }

  @Test
  void a_file_that_is_gone_is_said_once_and_changes_nothing() throws Exception {
    Files.delete(file);
    rounds(6);

    assertThat(taken).isEmpty();
    assertThat(refused).singleElement().asString().contains("sluice.yaml is gone");
  }

  @Test
  void what_could_not_be_taken_over_for_another_reason_is_tried_again() throws Exception {
    SettingsWatch failing =
        watch(
            settings -> {
              taken.add("tried");
              throw new SQLException("the database is away");
            });
    failing.runOnce();

    assertThatThrownBy(failing::runOnce).isInstanceOf(SQLException.class);
    assertThatThrownBy(failing::runOnce).isInstanceOf(SQLException.class);
    assertThat(taken).hasSize(2);
  }

  private SettingsWatch watch(SettingsWatch.Taker taking) {
    return new SettingsWatch(
        new SettingsSource(file, () -> SluiceSettings.load(file, Map.of())), taking, refused::add);
  }

  private void rounds(int rounds) throws SQLException {
    for (int i = 0; i < rounds; i++) {
      watch.runOnce();
    }
  }
}
