package dev.sluice.cli;

import dev.sluice.settings.SluiceSettings;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The dead tasks that a command changes: by number, by filter, or all of them on demand. */
final class DeadChoice {

  @Parameters(
      paramLabel = "ENTRY",
      description = "Numbers of entries, as dead list prints them; or give a filter, or --all.")
  List<Long> entries = List.of();

  @Option(names = "--all", description = "Every task that is dead.")
  private boolean all;

  @Option(
      names = "--limit",
      defaultValue = "1000",
      paramLabel = "N",
      description = "With a filter or --all: at most so many. Default: ${DEFAULT-VALUE}")
  int limit;

  @Mixin DeadFilterOptions filter = new DeadFilterOptions();

  void check(SluiceSettings settings, SettingsOptions options) {
    boolean filtered = all || !filter.empty(settings);
    if (entries.isEmpty() && !filtered) {
      throw options.wrong("say which: numbers of entries, a filter such as --task, or --all");
    }
    if (!entries.isEmpty() && filtered) {
      throw options.wrong("give either numbers of entries or a filter, not both");
    }
  }
}
