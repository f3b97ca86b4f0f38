package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.worker.longtask.NotNow;
import dev.sluice.worker.longtask.Slice;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A run waits for a database that is away. */
class AwayDatabaseTest {
  private static final String ARCHIVE = "archive";

  private final TruncationFixture fixture = TruncationFixture.h2();
  private boolean away = true;

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void a_run_in_a_database_other_than_the_main_one_waits_for_it() throws Exception {
    fixture.execute(
        "CREATE TABLE clicks (id INT PRIMARY KEY, at DATETIME)",
        "INSERT INTO clicks VALUES (1, '2020-01-01 00:00:00')");
    TruncationRun run = truncation(Map.of(TruncationFixture.MAIN, main(), ARCHIVE, sometimes()));
    TruncationRun.Payload payload = new TruncationRun.Payload("clicks@" + ARCHIVE);
    Slice slice = run.plan(payload, null).lanes().get(0);

    assertThatThrownBy(() -> run.step(payload, slice))
        .isInstanceOf(NotNow.class)
        .hasMessage("database 'archive' is away");

    away = false;
    assertThat(run.step(payload, slice).position()).isNull();
    assertThat(fixture.count("SELECT COUNT(*) FROM clicks")).isZero();
  }

  /** Its worker does not work either. */
  @Test
  void that_the_main_database_is_away_is_an_error() throws Exception {
    TruncationRun run = truncation(Map.of(TruncationFixture.MAIN, sometimes(), ARCHIVE, main()));
    TruncationRun.Payload payload =
        new TruncationRun.Payload("dead_tasks@" + TruncationFixture.MAIN);
    Slice slice = run.plan(payload, null).lanes().get(0);

    assertThatThrownBy(() -> run.step(payload, slice))
        .isInstanceOf(SQLException.class)
        .hasMessage("no route to host");
  }

  private TruncationRun truncation(Map<String, DataSource> databases) {
    Retention clicks =
        Retention.of("clicks", "clicks", "at", Duration.ofDays(30)).database(ARCHIVE);
    return TableTruncation.of(
            TableTruncation.Options.of(databases, () -> fixture.now).tables(List.of(clicks)),
            fixture.tools())
        .run();
  }

  private DataSource main() {
    return fixture.database.dataSource();
  }

  private DataSource sometimes() {
    return (DataSource)
        Proxy.newProxyInstance(
            AwayDatabaseTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (away) {
                throw new SQLException("no route to host", "08001");
              }
              return method.invoke(main(), arguments);
            });
  }
}
