package dev.sluice.cli;

import dev.sluice.spool.SpoolView;
import dev.sluice.spool.SpoolView.SetAside;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice spool list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "Shows how many messages wait in spools, and which ones the broker would not take.",
      "Those set aside are retried for an hour by themselves; parked ones wait for release or"
          + " discard."
    })
final class SpoolListCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FOLDER", description = "Spools, or folders of spools.", arity = "1..*")
  private List<Path> folders = List.of();

  @Option(names = "--json", description = "Print JSON, one line a spool.")
  private boolean json;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws IOException {
    for (Path folder : spools()) {
      SpoolView spool = new SpoolView(folder);
      List<SetAside> aside = spool.setAside();
      if (json) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("spool", folder.toString());
        line.put("waiting", spool.waiting());
        line.put("bytes", spool.bytes());
        line.put("set_aside", aside.stream().map(SpoolListCommand::fields).toList());
        output.print(Json.line(line));
      } else {
        output.print(
            "%s: %d waiting, %d set aside, %d bytes"
                .formatted(folder, spool.waiting(), aside.size(), spool.bytes()));
        if (!aside.isEmpty()) {
          output.print(table(aside).toString());
        }
      }
    }
    return 0;
  }

  private List<Path> spools() throws IOException {
    List<Path> spools = new ArrayList<>();
    for (Path folder : folders) {
      if (SpoolView.isSpool(folder)) {
        spools.add(folder);
      } else if (Files.isDirectory(folder)) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, SpoolView::isSpool)) {
          entries.forEach(spools::add);
        }
      } else {
        throw output.wrong("there is no folder " + folder);
      }
    }
    if (spools.isEmpty()) {
      output.say("no spool is there");
    }
    return spools;
  }

  private static Table table(List<SetAside> aside) {
    Table table =
        new Table("SEQUENCE", "STATE", "TASK", "ID", "QUEUE", "FAILURES", "SINCE", "REASON");
    for (SetAside each : aside) {
      table.row(
          Long.toString(each.sequence()),
          each.parked() ? "parked" : "retried",
          shown(each.taskName()),
          shown(each.taskId()),
          shown(each.queue()),
          Integer.toString(each.failures()),
          each.since().toString(),
          each.reason());
    }
    return table;
  }

  private static Map<String, Object> fields(SetAside each) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("sequence", each.sequence());
    fields.put("state", each.parked() ? "parked" : "retried");
    fields.put("task", each.taskName());
    fields.put("task_id", each.taskId());
    fields.put("queue", each.queue());
    fields.put("failures", each.failures());
    fields.put("since", each.since().toString());
    fields.put("reason", each.reason());
    return fields;
  }

  private static String shown(@Nullable String value) {
    return value == null ? "-" : value;
  }
}
