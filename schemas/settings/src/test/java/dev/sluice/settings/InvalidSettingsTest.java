package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvalidSettingsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          worker: {queues: {clicks: {prefetch: 0}}} | worker.queues.clicks.prefetch: 0 is below the minimum 1
          worker: {queues: {clicks: {prefetch: 9}}} | worker.queues.clicks.prefetch: 9 is below its concurrency, 10
          worker: {queues: {clicks: {prefetsch: 9}}} | worker.queues.clicks.prefetsch: unknown key; did you mean prefetch?
          worker: {concurrencyLimit: 0} | worker.concurrencyLimit: 0 is below the minimum 1
          worker: {workers: 0} | worker.workers: 0 is below the minimum 1
          worker: {queues: {clicks: {weight: 0}}} | worker.queues.clicks.weight: 0 is below the minimum 1
          worker: {queues: {clicks: {slo: 0s}}} | worker.queues.clicks.slo: must be longer than 0
          worker: {limits: {a: {concurrency: 0}}} | worker.limits.a.concurrency: 0 is below the minimum 1
          worker: {limits: {a: {concurrency: -1}}} | worker.limits.a.concurrency: -1 is below the minimum 1
          worker: {limits: {a: {rate: 0/s}}} | worker.limits.a.rate: "0/s" must look like 10/s, 100/m or 1/h
          worker: {limits: {a: {rate: 0.00/m}}} | worker.limits.a.rate: "0.00/m" must look like 10/s, 100/m or 1/h
          worker: {limits: {a: {rate: -5/s}}} | worker.limits.a.rate: "-5/s" must look like 10/s, 100/m or 1/h
          worker: {limits: {a: {rate: 10/d}}} | worker.limits.a.rate: "10/d" must look like 10/s, 100/m or 1/h
          worker: {limits: {a: {rate: 10}}} | worker.limits.a.rate: 10 is not of type string
          worker: {limits: {a: {shared: {rate: 0/s}}}} | worker.limits.a.shared.rate: "0/s" must look like 10/s, 100/m or 1/h
          worker: {limits: {a: {perKey: {concurrency: 0}}}} | worker.limits.a.perKey.concurrency: 0 is below the minimum 1
          worekr: {} | worekr: unknown key; did you mean worker?
          http: {colour: red} | http.colour: unknown key; known here are host, port
          http: {port: 70000} | http.port: 70000 is above the maximum 65535
          http: {port: high} | http.port: "high" is not of type integer
          http: 80 | http: 80 is not of type object
          worker: {hardTimeLimit: 5} | worker.hardTimeLimit: 5 is not of type string
          worker: {hardTimeLimit: soon} | worker.hardTimeLimit: "soon" must look like 30s
          worker: {hardTimeLimit: 0s} | worker.hardTimeLimit: must be longer than 0
          worker: {softTimeLimit: 1h} | worker.softTimeLimit: must not be longer than worker.hardTimeLimit, 900 s
          worker: {queues: {a: {profile: lazy}}} | worker.queues.a.profile: "lazy" is none of quorum, classic, celery, celery-quorum
          broker: {url: "http://u:pw@h"} | broker.url: the value must look like amqp://user:password@localhost:5672/
          broker: {confirmTimeout: 0s} | broker.confirmTimeout: must be longer than 0
          broker: {namespace: "a b"} | broker.namespace: "a b" must look like shop
          scheduler: {jobs: {a: {task: t, every: 5m, cron: "0 0 3 * * ?"}}} | scheduler.jobs.a: needs either cron or every, and not both
          scheduler: {jobs: {a: {task: t, builtin: b, every: 5m}}} | scheduler.jobs.a: needs either task or builtin, and not both
          scheduler: {jobs: {a: {task: t, every: 5m, zone: Mars}}} | scheduler.jobs.a.zone: 'Mars' is no time zone; write one such as Europe/Berlin
          scheduler: {jobs: {a: {task: t, every: 5m, zone: Europe/Berln}}} | scheduler.jobs.a.zone: 'Europe/Berln' is no time zone; did you mean Europe/Berlin?
          scheduler: {jobs: {a: {task: t, evry: 5m}}} | scheduler.jobs.a.evry: unknown key; did you mean every?
          scheduler: {jobs: {a: {task: t, every: 0s}}} | scheduler.jobs.a.every: must be whole seconds, 1s to 366d
          scheduler: {jobs: {a: {task: t, every: 1500ms}}} | scheduler.jobs.a.every: must be whole seconds, 1s to 366d
          scheduler: {jobs: {a: {task: t, every: 5m, jitter: 2d}}} | scheduler.jobs.a.jitter: must be whole seconds, 0s to 1d
          scheduler: {jobs: {a: {task: t, every: 5m, timeout: 0s}}} | scheduler.jobs.a.timeout: must be from 1s to 366d
          scheduler: {jobs: {a: {task: t, every: 5m, misfire: never}}} | scheduler.jobs.a.misfire: "never" is none of once, skip, all
          scheduler: {jobs: {a: {task: t, every: 5m, overlap: wait}}} | scheduler.jobs.a.overlap: "wait" is none of allow, skip, queue
          scheduler: {jobs: {"a b": {task: t, every: 5m}}} | scheduler.jobs.a b: the name must be 1 to 100 letters, digits, ., _ and -
          spool: {sync: never} | spool.sync: "never" is none of os, interval, always
          spool: {syncInterval: 0s} | spool.syncInterval: must be longer than 0
          gateway: {threads: 1} | gateway.threads: 1 is below the minimum 8
          gateway: {idleTimeout: 0s} | gateway.idleTimeout: must be longer than 0
          gateway: {onceWindow: 0s} | gateway.onceWindow: must be longer than 0 and at most 29d, what the inbox remembers
          gateway: {onceWindow: 30d} | gateway.onceWindow: must be longer than 0 and at most 29d, what the inbox remembers
          gateway: {tokens: {a: {tasks: [t]}}} | gateway.tokens.a: needs either sha256 or variable, and not both
          gateway: {tokens: {a: {variable: A_TOKEN}}} | gateway.tokens.a.tasks: is missing
          gateway: {tokens: {a: {sha256: my-token, tasks: [t]}}} | gateway.tokens.a.sha256: the value must look like the line that sluice gateway token NAME prints
          gateway: {tokens: {a: {variable: SLUICE_A, tasks: [t]}}} | gateway.tokens.a.variable: "SLUICE_A" must look like SHOP_TOKEN (and not SLUICE_...)
          gateway: {tokens: {a: {variable: A, tasks: ["a*b"]}}} | gateway.tokens.a.tasks.0: "a*b" must look like clicks.record or clicks.*
          producer: {queues: {a: {maxAge: 5m}}} | producer.queues.a.maxWaiting: is missing
          databases: {archive: {}} | databases.archive.url: is missing
          databases: {archive: {url: "postgres://u:pw@h"}} | databases.archive.url: the value must look like jdbc:mysql://localhost:3306/archive
          databases: {archive: {url: "jdbc:h2:mem:a", poolSize: 1}} | databases.archive.poolSize: 1 is below the minimum 2
          database: {ceiling: 0} | database.ceiling: 0 is below the minimum 1
          database: {ceiling: -5} | database.ceiling: -5 is below the minimum 1
          databases: {main: {url: "jdbc:h2:mem:a"}} | databases.main: the name must be a small letter, then small letters, digits and -; main is the section database
          databases: {a_b: {url: "jdbc:h2:mem:a"}} | databases.a_b: the name must be a small letter, then small letters, digits and -; main is the section database
          tasks: {"a.b": {}} | tasks.a.b.statement: is missing
          tasks: {"a b": {statement: DELETE}} | tasks.a b: the name must be 1 to 255 visible ASCII characters without blanks
          tasks: {a: {statement: DELETE, database: archiv}} | tasks.a.database: 'archiv' is not among databases; known are main
          tasks: {a: {statement: DELETE, parameters: {b-c: {type: long}}}} | tasks.a.parameters.b-c: the name must be a letter or _, then letters, digits and _
          tasks: {a: {statement: DELETE, parameters: {b: {}}}} | tasks.a.parameters.b.type: is missing
          tasks: {a: {statement: DELETE, parameters: {b: {type: int}}}} | tasks.a.parameters.b.type: "int" is none of string, long, double, decimal, boolean, instant, date, json, bytes
          tasks: {a: {statement: DELETE, batch: {size: 0}}} | tasks.a.batch.size: 0 is below the minimum 1
          tasks: {a: {statement: DELETE, batch: {linger: 11s}}} | tasks.a.batch.linger: must be at most 10s
          retention: {firings: 5m} | retention.firings: must be at least 1h
          retention: {settledDeadTasks: 29d} | retention.settledDeadTasks: must be at least 30d: how often a task was redriven is known from them
          retention: {tables: {a: {keep: 1d}}} | retention.tables.a.column: is missing
          retention: {tables: {a: {column: at}}} | retention.tables.a.keep: is missing
          retention: {tables: {a: {column: at, keep: 0d}}} | retention.tables.a.keep: must be longer than 0
          retention: {tables: {a: {column: at, keep: 1d, unit: weeks}}} | retention.tables.a.unit: "weeks" is none of millis, seconds, days
          retention: {tables: {a: {column: at, keep: 1d, database: archiv}}} | retention.tables.a.database: 'archiv' is not among databases; known are main
          retention: {tables: {a: {column: at, keep: 1d, batch: {rows: 0}}}} | retention.tables.a.batch.rows: 0 is below the minimum 1
          retention: {tables: {a: {column: at, keep: 1d, batch: {time: 0ms}}}} | retention.tables.a.batch.time: must be longer than 0
          retention: {tables: {a: {column: at, keep: 1d, batch: {rest: -1}}}} | retention.tables.a.batch.rest: -1 is below the minimum 0
          retention: {tables: {"a b": {column: at, keep: 1d}}} | retention.tables.a b: the name must be a letter, then letters, digits, ., _ and -, 80 at most
          gateway: {tasks: {"a.b": {version: 0}}} | gateway.tasks.a.b.version: 0 is below the minimum 1
          """)
  void what_is_wrong_is_said_with_its_path_and_the_reason(String yaml, String problem)
      throws IOException {
    assertThat(refused(yaml).problems()).containsExactly(problem);
  }

  @Test
  void every_problem_is_said_at_once_with_the_file() throws IOException {
    SettingsException refused = refused("http: {port: -1, hots: x}\ndatabase: {poolSize: 1}\n");

    assertThat(refused)
        .hasMessage(
            """
            %s:
              database.poolSize: 1 is below the minimum 2
              http.hots: unknown key; did you mean host?
              http.port: -1 is below the minimum 0"""
                .formatted(folder.resolve("sluice.yaml")));
  }

  @Test
  void every_problem_of_every_job_is_said_at_once() throws IOException {
    SettingsException refused =
        refused(
            "scheduler: {jobs: {a: {task: t, every: 0s, zone: Mars}, b: {task: t, jitter: 2d}}}");

    assertThat(refused.problems())
        .containsExactly(
            "scheduler.jobs.a.zone: 'Mars' is no time zone; write one such as Europe/Berlin",
            "scheduler.jobs.a.every: must be whole seconds, 1s to 366d",
            "scheduler.jobs.b.jitter: must be whole seconds, 0s to 1d");
  }

  @Test
  void two_jobs_with_one_name_are_refused_with_the_name_and_the_place() throws IOException {
    SettingsException refused =
        refused(
            """
            scheduler:
              jobs:
                report: {task: a, every: 5m}
                tick: {task: b, every: 5m}
                report: {task: c, every: 5m}
            """);

    assertThat(refused).hasMessageContaining("'report'").hasMessageContaining("line 5");
    assertThat(refused).hasMessageContaining("is given twice");
  }

  private SettingsException refused(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml);
    return catchThrowableOfType(SettingsException.class, () -> SluiceSettings.load(file, Map.of()));
  }
}
