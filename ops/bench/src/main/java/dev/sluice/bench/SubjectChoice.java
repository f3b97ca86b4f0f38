package dev.sluice.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Which subjects of a scenario take part. */
@Command
final class SubjectChoice {

  @Option(
      names = "--subjects",
      split = ",",
      paramLabel = "NAME",
      description =
          "Subjects beside raw and sluice: spring-amqp, jobrunr, db-scheduler, celery, or none."
              + " Default: all that can do the work here.")
  private @Nullable List<String> names;

  /** Whether a peer takes part. */
  boolean has(String peer) {
    return names == null || names.contains(peer);
  }
}
