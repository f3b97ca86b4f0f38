package dev.sluice.bench;

import dev.sluice.bench.rates.Chart;
import dev.sluice.bench.rates.Series;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Where a scenario over time puts its picture. */
@Command
final class ChartFiles {

  @Option(
      names = "--chart",
      paramLabel = "FILE",
      description = "Draws rows a second over time of the last round, as SVG.")
  private @Nullable Path chart;

  @Option(
      names = "--samples",
      paramLabel = "FILE",
      description = "Writes what the picture shows as CSV: curve, seconds, value.")
  private @Nullable Path samples;

  /** Writes what was asked for. */
  void write(Chart picture) throws IOException {
    if (chart != null) {
      Files.writeString(chart, picture.svg(), StandardCharsets.UTF_8);
    }
    if (samples != null) {
      StringBuilder csv = new StringBuilder("curve,seconds,value\n");
      picture.panels().stream()
          .flatMap(panel -> panel.curves().stream())
          .forEach(curve -> append(csv, curve.name(), curve.points()));
      Files.writeString(samples, csv, StandardCharsets.UTF_8);
    }
  }

  private static void append(StringBuilder csv, String curve, List<Series.Point> points) {
    for (Series.Point point : points) {
      csv.append(
          String.format(Locale.ROOT, "%s,%.3f,%.1f%n", curve, point.seconds(), point.value()));
    }
  }

  /** The colours of pictures. */
  static final Map<String, String> COLOURS =
      Map.of(
          "rows", "#0969da",
          "waiting", "#8250df",
          "ceiling", "#cf222e",
          "surge", "#fff1d6",
          "freeze", "#e3e8ee");
}
