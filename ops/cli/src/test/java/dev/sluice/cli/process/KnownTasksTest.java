package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.scheduler.BuiltInJobs;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.task.TaskType;
import dev.sluice.timelines.TimelineTasks;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownTasksTest {
  private static final String SOURCE =
      """
      import dev.sluice.task.TaskType;
      import dev.sluice.worker.*;

      public class Reports implements TaskModule {
        public record Nightly(String format) {}

        @Override
        public void register(Handlers handlers, Services services) {
          %s
          TaskHandler<Nightly> handler = (nightly, task) -> Outcome.completed();
          handlers.handle(TaskType.of("reports.nightly", Nightly.class), handler);
        }
      }
      """;

  @TempDir Path folder;
  private final Database database =
      Database.open(DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL"));

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void the_tasks_of_the_built_in_jobs_are_known() {
    KnownTasks known = known(SluiceSettings.defaults(), null);

    assertThat(BuiltInJobs.all())
        .isNotEmpty()
        .allSatisfy(job -> assertThat(known.doubt(job, SluiceSettings.defaults())).isEmpty());
  }

  @Test
  void the_tasks_of_timelines_are_known() throws IllegalAccessException {
    KnownTasks known = known(SluiceSettings.defaults(), null);
    int types = 0;
    for (Field field : TimelineTasks.class.getFields()) {
      if (field.get(null) instanceof TaskType<?> type) {
        types++;
        assertThat(known.doubt(job(type.name()), SluiceSettings.defaults())).isEmpty();
      }
    }
    assertThat(types).isGreaterThan(5);
  }

  @Test
  void an_sql_task_is_known() throws IOException {
    SluiceSettings settings =
        SluiceSettings.load(
            Files.writeString(
                folder.resolve("sluice.yaml"), "tasks: {page.seen: {statement: UPDATE}}"),
            Map.of());

    assertThat(known(settings, null).doubt(job("page.seen"), settings)).isEmpty();
  }

  @Test
  void any_other_is_doubted_with_the_nearest_name_and_may_be_pythons() {
    Optional<String> doubt = doubt("timelines.recuont", null);

    assertThat(doubt)
        .hasValueSatisfying(
            sentence ->
                assertThat(sentence)
                    .contains("job report", "timelines.recuont", "it may be a Python worker's")
                    .contains("did you mean timelines.recount?"));
    assertThat(doubt("reports.nightly", null))
        .hasValueSatisfying(sentence -> assertThat(sentence).doesNotContain("did you mean"));
  }

  @Test
  void the_tasks_of_the_jars_in_a_folder_are_known() throws IOException {
    Path lib = ModuleJar.make(folder, "Reports", SOURCE.formatted(""), true);

    assertThat(doubt("reports.nightly", lib)).isEmpty();
    assertThat(doubt("reports.nihgtly", lib))
        .hasValueSatisfying(
            sentence -> assertThat(sentence).contains("did you mean reports.nightly?"));
  }

  @Test
  void a_module_that_cannot_do_without_what_a_scheduler_lacks_is_passed_over() throws IOException {
    Path lib =
        ModuleJar.make(
            folder, "Reports", SOURCE.formatted("services.broker().orElseThrow();"), true);

    assertThat(doubt("reports.nightly", lib)).isPresent();
  }

  private Optional<String> doubt(String task, @Nullable Path lib) {
    return known(SluiceSettings.defaults(), lib).doubt(job(task), SluiceSettings.defaults());
  }

  private KnownTasks known(SluiceSettings settings, @Nullable Path lib) {
    return KnownTasks.of(settings, database.dataSource(), lib);
  }

  private static JobSpec job(String task) {
    return JobSpec.every("report", Duration.ofHours(1), task, "q");
  }
}
