package dev.sluice.timelines;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns entries into pages of posts, filled up where an entry has no post any more. */
final class PageReader {
  private final PostCache posts;

  PageReader(PostCache posts) {
    this.posts = posts;
  }

  /** Entries of a timeline, newest first. */
  @FunctionalInterface
  interface Source {
    List<Entry> after(@Nullable Entry after, int limit) throws SQLException;
  }

  Page read(PageRequest request, Source source) throws SQLException {
    List<Post> page = new ArrayList<>();
    @Nullable Entry last = request.after();
    while (true) {
      int wanted = request.limit() - page.size();
      // One more than is wanted tells whether anything follows.
      List<Entry> entries = source.after(last, wanted + 1);
      boolean more = entries.size() > wanted;
      List<Entry> taken = more ? entries.subList(0, wanted) : entries;
      Map<Long, Post> found = posts.get(taken.stream().map(Entry::post).toList());
      for (Entry entry : taken) {
        Post post = found.get(entry.post());
        if (post != null) {
          page.add(post);
        }
      }
      if (!more) {
        return new Page(page, null);
      }
      last = taken.get(taken.size() - 1);
      if (page.size() == request.limit()) {
        return new Page(page, Cursor.encode(last));
      }
    }
  }
}
