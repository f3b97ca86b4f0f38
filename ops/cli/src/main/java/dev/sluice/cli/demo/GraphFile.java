package dev.sluice.cli.demo;

import dev.sluice.cli.CommandFailed;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.StringTokenizer;
import java.util.zip.GZIPInputStream;

/**
 * Reads an edge list as SNAP publishes them: {@code A B} a line, "A follows B", two whole numbers
 * parted by blanks or tabs. Lines that start with {@code #} are comments. Plain or gzip.
 */
final class GraphFile {
  private static final int GZIP_MAGIC = 0x1f8b;

  private GraphFile() {}

  /**
   * Reads a graph.
   *
   * @param undirected whether each edge holds both ways
   * @throws CommandFailed when the file cannot be read, or a line is no edge: with its number
   */
  static FollowerGraph read(Path file, boolean undirected) {
    try (InputStream in = opened(file);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      FollowerGraph graph = parse(file, lines, undirected);
      if (graph.edges() == 0) {
        throw new CommandFailed(file + " has no edge; expected lines such as `17 42`");
      }
      return graph;
    } catch (NoSuchFileException e) {
      throw new CommandFailed("there is no file " + file, e);
    } catch (IOException e) {
      throw new CommandFailed("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static FollowerGraph parse(Path file, BufferedReader lines, boolean undirected)
      throws IOException {
    FollowerGraph.Builder graph = new FollowerGraph.Builder();
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      StringTokenizer words = new StringTokenizer(line);
      if (!words.hasMoreTokens() || line.stripLeading().startsWith("#")) {
        continue;
      }
      if (words.countTokens() != 2) {
        throw malformed(file, number, line);
      }
      long follower;
      long author;
      try {
        follower = Long.parseLong(words.nextToken());
        author = Long.parseLong(words.nextToken());
      } catch (NumberFormatException e) {
        throw malformed(file, number, line);
      }
      graph.follows(follower, author);
      if (undirected) {
        graph.follows(author, follower);
      }
    }
    return graph.build();
  }

  private static CommandFailed malformed(Path file, int number, String line) {
    String shown = line.length() > 60 ? line.substring(0, 60) + "…" : line;
    return new CommandFailed(
        "%s, line %d: expected two user ids such as `17 42`, found `%s`"
            .formatted(file, number, shown));
  }

  private static InputStream opened(Path file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      in.mark(2);
      boolean gzip = (in.read() << 8 | in.read()) == GZIP_MAGIC;
      in.reset();
      return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }
}
