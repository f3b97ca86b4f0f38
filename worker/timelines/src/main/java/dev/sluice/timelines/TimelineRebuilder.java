package dev.sluice.timelines;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is due to timelines that Redis has lost or never had: at first the timeline is marked
 * as kept, so that every fan-out from then on writes to it; then what was due before is added; then
 * that is compared with the database once more, since an unfollow or a deletion may have removed it
 * in between.
 *
 * <p>Threading: safe for use by any number of threads; in a process one of them rebuilds a
 * timeline, the others wait for it.
 */
public final class TimelineRebuilder {
  private static final Logger log = LoggerFactory.getLogger(TimelineRebuilder.class);
  private static final List<Duration> WINDOWS =
      List.of(Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(31));
  private static final int ATTEMPTS = 3;
  private static final int COMPARISONS = 10;

  private final SingleFlight flights = new SingleFlight();
  private final DataSource dataSource;
  private final TimelineStore store;
  private final TimelineMarks marks;
  private final int cap;
  private final InstantSource clock;

  /**
   * A rebuilder.
   *
   * @param dataSource never a replica, which may lack what was committed before the mark was set
   */
  TimelineRebuilder(
      DataSource dataSource,
      TimelineStore store,
      TimelineMarks marks,
      int cap,
      InstantSource clock) {
    this.dataSource = dataSource;
    this.store = store;
    this.marks = marks;
    this.cap = cap;
    this.clock = clock;
  }

  /** Rebuilds the timeline of all posts, complete or not. */
  public void everyone() throws SQLException {
    rebuild(store.keys().everyone(), DuePosts.everyone());
  }

  /** Rebuilds a user's following timeline, complete or not. */
  public void following(long user) throws SQLException {
    rebuild(store.keys().following(user), DuePosts.following(user));
  }

  /** Rebuilds a user's profile, complete or not. */
  public void profile(long user) throws SQLException {
    rebuild(store.keys().profile(user), DuePosts.profile(user));
  }

  void ensureEveryone() throws SQLException {
    ensure(store.keys().everyone(), DuePosts.everyone());
  }

  void ensureFollowing(long user) throws SQLException {
    ensure(store.keys().following(user), DuePosts.following(user));
  }

  void ensureProfile(long user) throws SQLException {
    ensure(store.keys().profile(user), DuePosts.profile(user));
  }

  private void ensure(String timeline, DuePosts due) throws SQLException {
    if (marks.complete(timeline)) {
      return;
    }
    flights.run(
        timeline,
        () -> {
          // Another thread may have been done between the two looks.
          if (!marks.complete(timeline)) {
            rebuild(timeline, due);
          }
        });
  }

  private void rebuild(String timeline, DuePosts due) throws SQLException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      marks.begin(timeline);
      List<Entry> entries = newest(due);
      store.add(timeline, entries);
      compare(timeline, entries, due);
      if (marks.end(timeline)) {
        return;
      }
    }
    log.warn("{} was lost {} times while it was rebuilt", timeline, ATTEMPTS);
  }

  private List<Entry> newest(DuePosts due) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      if (due.windowed()) {
        Instant now = clock.instant();
        for (Duration window : WINDOWS) {
          List<Entry> found = due.newest(connection, now.minus(window), cap);
          if (found.size() == cap) {
            return found;
          }
        }
      }
      return due.newest(connection, null, cap);
    }
  }

  /** Until the timeline has of the entries those that are due. */
  private void compare(String timeline, List<Entry> entries, DuePosts due) throws SQLException {
    Map<Long, Entry> byPost = new LinkedHashMap<>();
    entries.forEach(entry -> byPost.put(entry.post(), entry));
    Set<Long> there = byPost.keySet();
    for (int i = 0; i < COMPARISONS; i++) {
      Set<Long> wanted = stillDue(due, byPost.keySet());
      if (wanted.equals(there)) {
        return;
      }
      Set<Long> gone = new HashSet<>(there);
      gone.removeAll(wanted);
      store.remove(timeline, gone);
      List<Entry> back = new ArrayList<>();
      for (Long post : wanted) {
        @Nullable Entry entry = there.contains(post) ? null : byPost.get(post);
        if (entry != null) {
          back.add(entry);
        }
      }
      store.add(timeline, back);
      there = wanted;
    }
  }

  private Set<Long> stillDue(DuePosts due, Collection<Long> posts) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return due.stillDue(connection, posts);
    }
  }
}
