package dev.sluice.cli;

import dev.sluice.worker.dead.DeadReport;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints what became of a change to dead tasks. */
final class DeadReportPrinter {

  private DeadReportPrinter() {}

  /** Returns the exit status: 1 when an entry was refused. */
  static int print(Output options, boolean json, String verb, DeadReport report) {
    if (json) {
      Map<String, Object> summary = new LinkedHashMap<>();
      summary.put(verb, report.done());
      summary.put("refused", report.refused());
      options.print(Json.line(summary));
    } else {
      report
          .refused()
          .forEach(
              refusal -> options.say("entry " + refusal.id() + " refused: " + refusal.reason()));

      options.print(verb + " " + report.done() + ", refused " + report.refused().size());
    }
    return report.refused().isEmpty() ? 0 : 1;
  }
}
