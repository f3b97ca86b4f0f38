package dev.sluice.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The arrows between modules and packages, over everything that the command line brings along. */
class ArchitectureTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.sluice");

  private static final String[] WORDS = {
    "dev.sluice.task..", "dev.sluice.message..", "dev.sluice.topology.."
  };
  private static final String[] SCHEMAS = {
    "dev.sluice.task..",
    "dev.sluice.message..",
    "dev.sluice.topology..",
    "dev.sluice.database..",
    "dev.sluice.settings.."
  };
  private static final String[] PRODUCER_API = {
    "dev.sluice.broker..",
    "dev.sluice.relay..",
    "dev.sluice.outbox..",
    "dev.sluice.spool..",
    "dev.sluice.keys..",
    "dev.sluice.redis..",
    "dev.sluice.producer..",
    "dev.sluice.loop.."
  };
  private static final String[] WORKER = {"dev.sluice.worker..", "dev.sluice.timelines.."};
  private static final String SCHEDULER = "dev.sluice.scheduler..";
  private static final String[] OPS = {
    "dev.sluice.cli..", "dev.sluice.devservices..", "dev.sluice.bench..", "dev.sluice.gateway.."
  };

  @Test
  void every_module_is_looked_at() {
    for (String[] packages : List.of(SCHEMAS, PRODUCER_API, WORKER)) {
      assertThat(MAIN.that(resideInAnyPackage(packages))).isNotEmpty();
    }
    assertThat(MAIN.that(resideInAnyPackage(SCHEDULER))).isNotEmpty();
    assertThat(MAIN.that(resideInAnyPackage(OPS))).isNotEmpty();
  }

  @Test
  void no_package_is_outside_of_the_modules() {
    classes()
        .should()
        .resideInAnyPackage(
            Stream.of(SCHEMAS, PRODUCER_API, WORKER, OPS, new String[] {SCHEDULER})
                .flatMap(Arrays::stream)
                .toArray(String[]::new))
        .check(MAIN);
  }

  @Test
  void schemas_depend_on_nothing_of_ours_but_schemas() {
    noClasses()
        .that()
        .resideInAnyPackage(SCHEMAS)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.sluice..").and(not(resideInAnyPackage(SCHEMAS))))
        .check(MAIN);
  }

  @Test
  void producer_api_sees_neither_worker_nor_scheduler() {
    noClasses()
        .that()
        .resideInAnyPackage(PRODUCER_API)
        .should()
        .dependOnClassesThat(resideInAnyPackage(WORKER).or(resideInAnyPackage(SCHEDULER)))
        .check(MAIN);
  }

  @Test
  void worker_and_scheduler_never_see_each_other() {
    noClasses()
        .that()
        .resideInAnyPackage(WORKER)
        .should()
        .dependOnClassesThat(resideInAnyPackage(SCHEDULER))
        .check(MAIN);
    noClasses()
        .that()
        .resideInAPackage(SCHEDULER)
        .should()
        .dependOnClassesThat(resideInAnyPackage(WORKER))
        .check(MAIN);
  }

  @Test
  void timelines_are_read_without_a_worker() {
    noClasses()
        .that()
        .resideInAPackage("dev.sluice.timelines")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.sluice.worker..", "dev.sluice.timelines.handlers.."))
        .check(MAIN);
  }

  @Test
  void nothing_but_ops_depends_on_ops() {
    noClasses()
        .that()
        .resideOutsideOfPackages(OPS)
        .should()
        .dependOnClassesThat(resideInAnyPackage(OPS))
        .check(MAIN);
  }

  @Test
  void only_one_package_knows_amqp() {
    // Development services ask a server they started whether it answers; bench is the raw subject.
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.sluice.broker.rabbit", "dev.sluice.devservices..", "dev.sluice.bench..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("com.rabbitmq.."))
        .check(MAIN);
  }

  @Test
  void redis_is_known_to_timelines_keys_and_the_command_line_alone() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.sluice.timelines..", "dev.sluice.redis..", "dev.sluice.keys..", "dev.sluice.cli..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("redis.clients.."))
        .check(MAIN);
  }

  @Test
  void json_is_jackson_3_which_never_collides_with_the_users_jackson_2() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("com.fasterxml.jackson.core..", "com.fasterxml.jackson.databind.."))
        .check(MAIN);
  }

  @Test
  void the_words_that_all_modules_share_do_no_io() {
    noClasses()
        .that()
        .resideInAnyPackage(WORDS)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.sql..",
                    "javax.sql..",
                    "java.net..",
                    "java.nio.file..",
                    "java.nio.channels..")
                .or(nameMatching("java\\.io\\.(File|RandomAccess).*")))
        .check(MAIN);
  }

  @Test
  void packages_are_free_of_cycles() {
    slices().matching("dev.sluice.(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void packages_are_named_after_what_they_are_about() {
    Set<String> drawers =
        Set.of("core", "common", "util", "utils", "helper", "helpers", "impl", "manager");

    assertThat(packages().stream().flatMap(name -> List.of(name.split("\\.")).stream()))
        .doesNotContainAnyElementsOf(drawers);
  }

  @Test
  void every_package_is_null_marked_and_explained() {
    for (String name : packages()) {
      JavaPackage found = MAIN.getPackage(name);
      assertThat(found.isAnnotatedWith(NullMarked.class)).as("@NullMarked on " + name).isTrue();
    }
  }

  @Test
  void logging_goes_through_slf4j() {
    // The interface of a data source has a method that names JUL's logger.
    noClasses()
        .that()
        .doNotImplement(DataSource.class)
        .should()
        .dependOnClassesThat(resideInAnyPackage("java.util.logging..", "org.apache.logging.."))
        .check(MAIN);
  }

  private static Set<String> packages() {
    return MAIN.stream()
        .map(type -> type.getPackageName())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
