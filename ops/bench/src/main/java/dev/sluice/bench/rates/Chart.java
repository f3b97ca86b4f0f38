package dev.sluice.bench.rates;

import java.util.List;
import java.util.Locale;

/**
 * Diagrams below each other over the same time, as an SVG picture.
 *
 * @param title first line
 * @param subtitle second line: settings
 * @param seconds length of the axis of time
 * @param spans times that are shaded
 * @param panels from the top
 */
public record Chart(
    String title, String subtitle, double seconds, List<Span> spans, List<Panel> panels) {
  private static final int WIDTH = 960;
  private static final int LEFT = 86;
  private static final int RIGHT = 24;
  private static final int TOP = 104;
  private static final int GAP = 70;
  private static final int TALL = 260;
  private static final int LOW = 120;
  private static final int TICKS = 5;

  /**
   * A time that is shaded, in seconds.
   *
   * @param colour as SVG writes it
   */
  public record Span(String name, String colour, double from, double to) {}

  /** The picture. */
  public String svg() {
    StringBuilder svg = new StringBuilder();
    int height = TOP;
    for (int i = 0; i < panels.size(); i++) {
      height += height(i) + GAP;
    }
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
            + " font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#24292f\">",
        WIDTH,
        height,
        WIDTH,
        height);
    add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, height);
    text(svg, LEFT, 28, "start", "font-size=\"18\" font-weight=\"600\"", title);
    text(svg, LEFT, 48, "start", "fill=\"#57606a\"", subtitle);
    int top = TOP;
    for (int i = 0; i < panels.size(); i++) {
      draw(svg, panels.get(i), top, height(i), i == panels.size() - 1);
      top += height(i) + GAP;
    }
    return svg.append("</svg>\n").toString();
  }

  private static int height(int panel) {
    return panel == 0 ? TALL : LOW;
  }

  private void draw(StringBuilder svg, Panel panel, int top, int height, boolean last) {
    double step = step(panel.greatest() * 1.05 / TICKS);
    double most = step * Math.ceil(panel.greatest() * 1.02 / step);
    int bottom = top + height;
    for (Span span : spans) {
      add(
          svg,
          "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
          x(span.from()),
          top,
          x(span.to()) - x(span.from()),
          height,
          span.colour());
    }
    for (double tick = 0; tick <= most; tick += step) {
      double y = bottom - tick / most * height;
      add(
          svg,
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#d8dee4\"/>",
          LEFT,
          y,
          WIDTH - RIGHT,
          y);
      text(svg, LEFT - 8, y + 4, "end", "", "%,.0f".formatted(tick));
    }
    time(svg, bottom, last);
    text(svg, LEFT, top - 10, "start", "font-weight=\"600\"", panel.label());
    for (Panel.Line line : panel.lines()) {
      double y = bottom - line.value() / most * height;
      add(
          svg,
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"2\""
              + " stroke-dasharray=\"7 5\"/>",
          LEFT,
          y,
          WIDTH - RIGHT,
          y,
          line.colour());
    }
    for (Panel.Curve curve : panel.curves()) {
      curve(svg, curve, bottom, height / most);
    }
    legend(svg, panel, panel == panels.get(0) ? top - 32 : top - 10);
  }

  private void curve(StringBuilder svg, Panel.Curve curve, int bottom, double scale) {
    StringBuilder points = new StringBuilder();
    for (Series.Point point : curve.points()) {
      if (point.seconds() >= 0 && point.seconds() <= seconds) {
        points.append(
            String.format(
                Locale.ROOT, "%.1f,%.1f ", x(point.seconds()), bottom - point.value() * scale));
      }
    }
    add(
        svg,
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\""
            + " stroke-linejoin=\"round\"/>",
        points.toString().strip(),
        curve.colour());
  }

  private void time(StringBuilder svg, int bottom, boolean named) {
    double step = step(seconds / 10);
    for (double tick = 0; tick <= seconds; tick += step) {
      add(
          svg,
          "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#8c959f\"/>",
          x(tick),
          bottom,
          x(tick),
          bottom + 5);
      text(svg, x(tick), bottom + 20, "middle", "", "%.0f".formatted(tick));
    }
    if (named) {
      text(svg, (LEFT + WIDTH - RIGHT) / 2.0, bottom + 40, "middle", "", "seconds");
    }
  }

  /** From the right: shaded times, lines, curves. */
  private void legend(StringBuilder svg, Panel panel, int y) {
    double right = WIDTH - RIGHT;
    if (panel == panels.get(0)) {
      for (Span span : spans) {
        right = entry(svg, right, y, span.name());
        add(
            svg,
            "<rect x=\"%.1f\" y=\"%d\" width=\"18\" height=\"11\" fill=\"%s\" stroke=\"#d8dee4\"/>",
            right,
            y - 10,
            span.colour());
        right -= 16;
      }
    }
    for (Panel.Line line : panel.lines()) {
      right = entry(svg, right, y, line.name());
      stroke(svg, right, y, line.colour(), " stroke-dasharray=\"5 3\"");
      right -= 16;
    }
    for (Panel.Curve curve : panel.curves()) {
      right = entry(svg, right, y, curve.name());
      stroke(svg, right, y, curve.colour(), "");
      right -= 16;
    }
  }

  /** Writes a name that ends at {@code right}; where its mark begins. */
  private static double entry(StringBuilder svg, double right, int y, String name) {
    text(svg, right, y, "end", "font-size=\"12\"", name);
    return right - 6.3 * name.length() - 26;
  }

  private static void stroke(StringBuilder svg, double x, int y, String colour, String more) {
    add(
        svg,
        "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2\"%s/>",
        x,
        y - 4,
        x + 18,
        y - 4,
        colour,
        more);
  }

  private double x(double second) {
    return LEFT + Math.min(second, seconds) / seconds * (WIDTH - LEFT - RIGHT);
  }

  /** The next of 1, 2, 5, 10, 20 … that is not below. */
  private static double step(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= least) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static void text(
      StringBuilder svg, double x, double y, String anchor, String more, String text) {
    add(
        svg,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>",
        x,
        y,
        anchor,
        more,
        text.replace("&", "&amp;").replace("<", "&lt;"));
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
