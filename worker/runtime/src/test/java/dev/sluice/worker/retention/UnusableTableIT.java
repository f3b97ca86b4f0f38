package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.database.Database;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnusableTableIT extends UnusableTableContract {
  @Override
  TruncationFixture open() throws SQLException {
    return TruncationFixture.server();
  }

  @Test
  void a_key_that_is_a_year() throws Exception {
    try (TruncationFixture fixture = open()) {
      fixture.execute("CREATE TABLE years (y YEAR PRIMARY KEY, at DATETIME)");

      assertThat(
              fixture.truncation(Retention.of("years", "years", "at", Duration.ofDays(1))).check())
          .singleElement()
          .asString()
          .contains("column 'y' of the primary key of table 'years' is a YEAR");
    }
  }

  @Test
  void a_timestamp_that_sessions_see_in_another_zone() throws Exception {
    try (TruncationFixture fixture = open();
        Database other = Database.open(fixture.options("connectionTimeZone=%2B02:00"))) {
      fixture.execute(
          "CREATE TABLE stamped (id INT PRIMARY KEY, at TIMESTAMP NULL)",
          "CREATE TABLE timed (id INT PRIMARY KEY, at DATETIME)");
      Retention stamped = Retention.of("stamped", "stamped", "at", Duration.ofDays(1));
      Retention timed = Retention.of("timed", "timed", "at", Duration.ofDays(1));

      assertThat(fixture.truncation(stamped, timed).check()).as("in UTC").isEmpty();
      assertThat(fixture.truncation(other.dataSource(), stamped, timed).check())
          .singleElement()
          .asString()
          .isEqualTo(
              "retention.tables.stamped.column: column 'at' is a TIMESTAMP, and the sessions of"
                  + " database 'main' are not in UTC; leave connectionTimeZone out of its URL, or"
                  + " set it to +00:00 with forceConnectionTimeZoneToSession=true");
    }
  }
}
