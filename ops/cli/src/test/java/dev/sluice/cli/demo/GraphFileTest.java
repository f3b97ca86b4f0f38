package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.CommandFailed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphFileTest {
  @TempDir private Path folder;

  @Test
  void a_line_says_that_the_first_follows_the_second() throws IOException {
    FollowerGraph graph = GraphFile.read(file("10 20\n30\t20\n20   10\n"), false);

    assertThat(graph.users()).isEqualTo(3);
    assertThat(followersOf(graph, 20)).containsExactlyInAnyOrder(10L, 30L);
    assertThat(followersOf(graph, 10)).containsExactly(20L);
    assertThat(followersOf(graph, 30)).isEmpty();
    assertThat(graph.id(graph.celebrity())).isEqualTo(20);
  }

  @Test
  void undirected_edges_hold_both_ways() throws IOException {
    FollowerGraph graph = GraphFile.read(file("1 2\n2 1\n1 3\n"), true);

    assertThat(graph.edges()).isEqualTo(4);
    assertThat(followersOf(graph, 1)).containsExactlyInAnyOrder(2L, 3L);
    assertThat(followersOf(graph, 3)).containsExactly(1L);
  }

  @Test
  void comments_blank_lines_self_loops_and_repeated_edges_are_ignored() throws IOException {
    FollowerGraph graph =
        GraphFile.read(file("# Nodes: 2\n\n  # more\n1 1\n1 2\r\n1 2\n \t \n"), false);

    assertThat(graph.users()).isEqualTo(2);
    assertThat(graph.edges()).isEqualTo(1);
  }

  @Test
  void a_gzip_file_is_read_whatever_it_is_called() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write("1 2\n".getBytes(StandardCharsets.UTF_8));
    }
    Path file = Files.write(folder.resolve("graph.txt"), bytes.toByteArray());

    assertThat(GraphFile.read(file, false).edges()).isEqualTo(1);
  }

  @Test
  void a_malformed_line_is_named_with_its_number() throws IOException {
    for (String line : List.of("1", "1 2 3", "1 x", "1,2", "1 99999999999999999999")) {
      Path file = file("# head\n1 2\n" + line + "\n");

      assertThatThrownBy(() -> GraphFile.read(file, false))
          .isInstanceOf(CommandFailed.class)
          .hasMessageContaining("line 3: expected two user ids")
          .hasMessageContaining("`" + line + "`");
    }
  }

  @Test
  void a_missing_an_empty_and_a_broken_file_are_told_apart() throws IOException {
    assertThatThrownBy(() -> GraphFile.read(folder.resolve("none"), false))
        .isInstanceOf(CommandFailed.class)
        .hasMessageStartingWith("there is no file");
    Path empty = file("# nothing\n");
    assertThatThrownBy(() -> GraphFile.read(empty, false)).hasMessageContaining("has no edge");
    Path broken = Files.write(folder.resolve("broken.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 0});
    assertThatThrownBy(() -> GraphFile.read(broken, false)).hasMessageStartingWith("cannot read");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "graph", ".txt"), text);
  }

  private static List<Long> followersOf(FollowerGraph graph, long id) {
    int author =
        IntStream.range(0, graph.users()).filter(u -> graph.id(u) == id).findFirst().orElseThrow();
    return graph.followers(author).mapToObj(graph::id).toList();
  }
}
