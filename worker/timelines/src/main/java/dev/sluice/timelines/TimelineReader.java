package dev.sluice.timelines;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * Reads timelines: ids from Redis, posts from the database. An id whose post does not exist is left
 * out.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class TimelineReader {
  private final Posts posts = new Posts();
  private final DataSource dataSource;
  private final TimelineStore store;

  public TimelineReader(DataSource dataSource, TimelineStore store) {
    this.dataSource = dataSource;
    this.store = store;
  }

  /** The newest posts of all users, newest first. */
  public List<Post> everyone(int limit) throws SQLException {
    return read(store.keys().everyone(), limit);
  }

  /** The newest posts of those whom a user follows, newest first. */
  public List<Post> following(long user, int limit) throws SQLException {
    return read(store.keys().following(user), limit);
  }

  /** A user's own newest posts, newest first. */
  public List<Post> profile(long user, int limit) throws SQLException {
    return read(store.keys().profile(user), limit);
  }

  private List<Post> read(String timeline, int limit) throws SQLException {
    List<Long> ids = store.page(timeline, null, limit).stream().map(Entry::post).toList();
    try (Connection connection = dataSource.getConnection()) {
      Map<Long, Post> found = posts.byId(connection, ids);
      return ids.stream().map(found::get).filter(Objects::nonNull).toList();
    }
  }
}
