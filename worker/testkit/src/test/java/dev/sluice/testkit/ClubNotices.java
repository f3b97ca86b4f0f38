package dev.sluice.testkit;

import dev.sluice.task.TaskType;
import dev.sluice.worker.fanout.ChunkInserter;
import dev.sluice.worker.fanout.FanOut;
import dev.sluice.worker.fanout.FanOutOptions;
import dev.sluice.worker.fanout.Recipients;
import dev.sluice.worker.longtask.LongTaskKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * An example of a fan-out: a notice to each member of a club, by one multi-row insert a chunk. The
 * insert commits together with the fan-out's progress, so each member gets the notice once,
 * whatever crashes.
 */
final class ClubNotices {
  /**
   * What is written.
   *
   * @param club whose members get it
   */
  record Notice(long club, String text) {}

  /** Starts a fan-out: {@code producer.enqueue(NOTIFY, new Notice(7, "We meet on Friday"))}. */
  static final TaskType<Notice> NOTIFY = TaskType.of("club.notify", Notice.class).queue("clubs");

  /** Follows once every member has the notice. */
  static final TaskType<Notice> NOTIFIED =
      TaskType.of("club.notified", Notice.class).queue("clubs");

  private ClubNotices() {}

  /** To be registered in a worker that consumes {@code clubs} and the options' queue. */
  static LongTaskKind<Notice> fanOut(
      DataSource dataSource, FanOutOptions options, InstantSource clock) {
    return FanOut.inserting(NOTIFY, dataSource, new Members(), new NoticeInserter(), options, clock)
        .whenDone(NOTIFIED, notice -> notice);
  }

  /** The members of the club by their ids, the active ones first. */
  static final class Members implements Recipients<Notice> {
    @Override
    public List<Long> page(
        Connection connection, Notice notice, int tier, long after, long upTo, int limit)
        throws SQLException {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT id FROM member WHERE club = ? AND active = ? AND id > ? AND id <= ?"
                  + " ORDER BY id LIMIT ?")) {
        select.setLong(1, notice.club());
        select.setBoolean(2, tier == 0);
        select.setLong(3, after);
        select.setLong(4, upTo);
        select.setInt(5, limit);
        List<Long> ids = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            ids.add(row.getLong(1));
          }
        }
        return ids;
      }
    }

    @Override
    public long @Nullable [] range(Connection connection, Notice notice) throws SQLException {
      try (PreparedStatement select =
          connection.prepareStatement("SELECT MIN(id), MAX(id) FROM member WHERE club = ?")) {
        select.setLong(1, notice.club());
        try (ResultSet row = select.executeQuery()) {
          row.next();
          return new long[] {row.getLong(1), row.getLong(2)};
        }
      }
    }

    @Override
    public int tiers() {
      return 2;
    }
  }

  /** One statement for a whole chunk. */
  private static final class NoticeInserter implements ChunkInserter<Notice> {
    @Override
    public void insert(Notice notice, List<Long> members, Connection connection)
        throws SQLException {
      String rows = "(?, ?), ".repeat(members.size() - 1) + "(?, ?)";
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO notice (member, text) VALUES " + rows)) {
        int parameter = 1;
        for (Long member : members) {
          insert.setLong(parameter++, member);
          insert.setString(parameter++, notice.text());
        }
        insert.executeUpdate();
      }
    }
  }
}
