package dev.sluice.cli;

import dev.sluice.scheduler.BackfillOptions;
import dev.sluice.scheduler.BackfillReport;
import dev.sluice.settings.SluiceSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice schedule backfill}. */
@Command(
    name = "backfill",
    mixinStandardHelpOptions = true,
    description = {
      "Fires a job for the instants of a past range at which it was due.",
      "The oldest first, and none that the ledger of firings has already.",
      "Times: 2026-01-31T12:00:00Z, or in the job's own time zone 2026-01-31T12:00 or 2026-01-31."
    })
final class ScheduleBackfillCommand implements Callable<Integer> {

  @Parameters(paramLabel = "JOB", description = "As sluice schedule list prints it.")
  private String job = "";

  @Option(names = "--from", required = true, paramLabel = "TIME", description = "From then on.")
  private String from = "";

  @Option(names = "--to", paramLabel = "TIME", description = "Before then. Default: now")
  private @Nullable String to;

  @Option(
      names = "--limit",
      defaultValue = "1000",
      paramLabel = "N",
      description = "At most so many. Default: ${DEFAULT-VALUE}")
  private int limit;

  @Option(names = "--dry-run", description = "Fire nothing: tell only what would be.")
  private boolean dryRun;

  @Option(
      names = "--beyond-ledger",
      description = {
        "Go back further than the ledger is kept (retention.firings).",
        "What was fired then is not known any more, and is fired again."
      })
  private boolean beyondLedger;

  @Mixin private ScheduleOptions options = new ScheduleOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Override
  public Integer call() throws SQLException {
    if (limit < 1) {
      throw servers.wrong("--limit must be at least 1, is " + limit);
    }
    SluiceSettings settings = servers.load();
    return options.run(
        servers,
        settings,
        schedules -> {
          ZoneId zone = ZoneId.of(ScheduleOptions.find(schedules, job).spec().zone());
          LocalTimes times = new LocalTimes(servers, zone);
          Instant first = times.read("--from", from);
          Instant now = Instant.now();
          Instant end = to == null ? now : times.read("--to", to);
          if (!first.isBefore(end)) {
            throw servers.wrong(
                "--from %s is not before --to %s; give the earlier time as --from"
                    .formatted(first, end));
          }
          if (end.isAfter(now)) {
            throw servers.wrong(
                "--to %s is still to come; leave it out to backfill up to now".formatted(end));
          }
          checkLedger(first, now, settings.retention().firings());
          BackfillReport report =
              schedules.backfill(
                  job, first, end, BackfillOptions.DEFAULTS.limit(limit).dryRun(dryRun));
          if (options.json) {
            servers.print(Json.line(view(report)));
          } else {
            tell(report);
          }
          return 0;
        });
  }

  private void checkLedger(Instant first, Instant now, Duration kept) {
    Instant oldest = now.minus(kept);
    if (!beyondLedger && first.isBefore(oldest)) {
      throw servers.wrong(
          ("--from %s is before %s, since when the ledger is kept (retention.firings): what was"
                  + " fired before then is not known, and would be fired again; give a later time, or"
                  + " --beyond-ledger to fire it all the same")
              .formatted(first, oldest));
    }
  }

  private void tell(BackfillReport report) {
    List<Instant> fired = report.fired();
    servers.print(
        "%s %d%s%s; %d in the ledger already"
            .formatted(
                report.dryRun() ? "would fire" : "fired",
                fired.size(),
                fired.isEmpty() ? "" : ", " + fired.get(0) + " to " + fired.get(fired.size() - 1),
                report.queued() == 0 ? "" : ", of which " + report.queued() + " are queued",
                report.present()));
    if (report.next() != null) {
      servers.say("the limit is reached: go on with --from " + report.next());
    }
  }

  private static Map<String, @Nullable Object> view(BackfillReport report) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("job", report.job());
    view.put("fired", report.fired().size());
    view.put("instants", report.fired().stream().map(Instant::toString).toList());
    view.put("queued", report.queued());
    view.put("present", report.present());
    view.put("next", report.next() == null ? null : report.next().toString());
    view.put("dry_run", report.dryRun());
    return view;
  }
}
