package dev.sluice.timelines;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The authors whose posts are not fanned out, since they have too many followers, but merged into
 * the timelines of these when they are read.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class MergedAuthors {
  private static final int MOST_USERS = 100_000;
  private static final int MOST_PROFILES = 1_000;
  private static final String ANY = "SELECT EXISTS (SELECT 1 FROM sluice_user WHERE merged)";
  private static final String FOLLOWED =
      "SELECT f.author FROM sluice_user u JOIN sluice_follow f ON f.author = u.id"
          + " WHERE u.merged AND f.follower = ? AND f.active";

  private final DataSource dataSource;
  private final TimelineRebuilder rebuilder;
  private final TimelineStore store;
  private final int cap;
  private final Cache<Boolean, Boolean> any;
  private final Cache<Long, List<Long>> followed;
  private final Cache<Long, List<Entry>> profiles;

  MergedAuthors(ReadingOptions options, TimelineRebuilder rebuilder, TimelineStore store) {
    dataSource = Objects.requireNonNullElse(options.replica(), options.dataSource());
    this.rebuilder = rebuilder;
    this.store = store;
    cap = options.timelines().cap();
    any = forgetting(options.mergedFor()).maximumSize(1).build();
    followed = forgetting(options.mergedFor()).maximumSize(MOST_USERS).build();
    profiles = forgetting(options.mergedFor()).maximumSize(MOST_PROFILES).build();
  }

  /** Those whom a user follows. */
  List<Long> followedBy(long user) throws SQLException {
    List<Long> known = followed.getIfPresent(user);
    if (known == null) {
      known = areThereAny() ? select(user) : List.of();
      followed.put(user, known);
    }
    return known;
  }

  /** A timeline together with the profiles of these authors. */
  List<Entry> merge(List<Entry> timeline, List<Long> authors, int limit) throws SQLException {
    // Some posts are in both: those from before their author had so many followers.
    Set<Entry> all = new HashSet<>(timeline);
    for (Long author : authors) {
      all.addAll(profile(author));
    }
    return all.stream().sorted(Entry.NEWEST_FIRST).limit(limit).toList();
  }

  private static Caffeine<Object, Object> forgetting(Duration after) {
    return Caffeine.newBuilder().expireAfterWrite(after);
  }

  private List<Entry> profile(long author) throws SQLException {
    List<Entry> known = profiles.getIfPresent(author);
    if (known == null) {
      rebuilder.ensureProfile(author);
      known = store.page(store.keys().profile(author), null, cap);
      profiles.put(author, known);
    }
    return known;
  }

  /** Spares everybody a question of their own where nobody has so many followers. */
  private boolean areThereAny() throws SQLException {
    Boolean known = any.getIfPresent(true);
    if (known == null) {
      try (Connection connection = dataSource.getConnection();
          PreparedStatement select = connection.prepareStatement(ANY);
          ResultSet row = select.executeQuery()) {
        row.next();
        known = row.getBoolean(1);
      }
      any.put(true, known);
    }
    return known;
  }

  private List<Long> select(long user) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(FOLLOWED)) {
      select.setLong(1, user);
      List<Long> authors = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          authors.add(row.getLong(1));
        }
      }
      return List.copyOf(authors);
    }
  }
}
