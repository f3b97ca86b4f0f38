package dev.sluice.bench.rates;

import java.util.List;

/**
 * One diagram of a {@link Chart}, time on its horizontal axis.
 *
 * @param label what the vertical axis counts, unit included
 * @param curves at least one
 * @param lines horizontal lines
 */
public record Panel(String label, List<Curve> curves, List<Line> lines) {

  /**
   * A line through points.
   *
   * @param colour as SVG writes it
   */
  public record Curve(String name, String colour, List<Series.Point> points) {}

  /**
   * A dashed horizontal line.
   *
   * @param colour as SVG writes it
   */
  public record Line(String name, String colour, double value) {}

  /** The greatest value that is to be seen. */
  double greatest() {
    double points =
        curves.stream()
            .flatMap(curve -> curve.points().stream())
            .mapToDouble(Series.Point::value)
            .max()
            .orElse(0);
    double levels = lines.stream().mapToDouble(Line::value).max().orElse(0);
    return Math.max(1, Math.max(points, levels));
  }
}
