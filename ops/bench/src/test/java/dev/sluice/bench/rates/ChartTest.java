package dev.sluice.bench.rates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ChartTest {
  private static final Series.Point HIGHEST = new Series.Point(5_000_000_000L, 1000);

  @Test
  void a_chart_is_a_picture_with_axes_units_and_a_legend() throws Exception {
    Document picture = parse(chart(List.of(new Series.Point(0, 0), HIGHEST)).svg());

    assertThat(picture.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(picture.getElementsByTagName("polyline").getLength()).isEqualTo(1);
    assertThat(picture.getDocumentElement().getTextContent())
        .contains("a < b & c", "rows a second", "seconds", "ceiling", "rows/s", "a burst", "1,000");
  }

  @Test
  void points_are_put_where_their_time_and_value_are() throws Exception {
    Document picture = parse(chart(List.of(new Series.Point(0, 0), HIGHEST)).svg());

    String points =
        picture
            .getElementsByTagName("polyline")
            .item(0)
            .getAttributes()
            .getNamedItem("points")
            .getNodeValue();
    String[] first = points.split(" ")[0].split(",");
    String[] second = points.split(" ")[1].split(",");
    assertThat(Double.parseDouble(first[0])).isLessThan(Double.parseDouble(second[0]));
    assertThat(Double.parseDouble(first[1])).isGreaterThan(Double.parseDouble(second[1]));
  }

  @Test
  void a_chart_of_nothing_is_a_picture_too() throws Exception {
    assertThat(parse(chart(List.of()).svg()).getElementsByTagName("polyline").getLength())
        .isEqualTo(1);
  }

  private static Chart chart(List<Series.Point> points) {
    return new Chart(
        "a < b & c",
        "settings",
        10,
        List.of(new Chart.Span("a burst", "#eee", 2, 4)),
        List.of(
            new Panel(
                "rows a second",
                List.of(new Panel.Curve("rows/s", "#00f", points)),
                List.of(new Panel.Line("ceiling", "#f00", 900)))));
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
