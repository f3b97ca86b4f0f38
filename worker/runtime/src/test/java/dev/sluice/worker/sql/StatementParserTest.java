package dev.sluice.worker.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementParserTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          INSERT INTO t (a, b) VALUES (:a, :b) | INSERT INTO t (a, b) VALUES (?, ?) | [a, b]
          insert into s.t (`a`) values (UPPER(:a)); | INSERT INTO s.t (`a`) VALUES (UPPER(?)) | [a]
          INSERT INTO t (a) VALUES (:a) ON DUPLICATE KEY UPDATE a = VALUES(a), n = n + 1 | INSERT INTO t (a) VALUES (?) ON DUPLICATE KEY UPDATE a = VALUES(a), n = n + 1 | [a]
          UPDATE t SET a = :a, b = IF(:c > 1, :a, b) WHERE id IN (:c, 4) AND x = 'it''s :a; # /* no' | UPDATE t SET a = ?, b = IF(? > 1, ?, b) WHERE id IN (?, 4) AND x = 'it''s :a; # /* no' | [a, c, a, c]
          DELETE FROM t WHERE id = :id /* :not */ -- :neither | DELETE FROM t WHERE id = ? | [id]
          UPDATE t SET a=:a+1.5e3 WHERE b<=:b # done | UPDATE t SET a = ?+1.5e3 WHERE b<=? | [a, b]
          """)
  void parameters_are_found_and_everything_else_is_left_as_it_is(
      String text, String sql, String parameters) {
    SqlStatement statement = StatementParser.parse(text);

    assertThat(statement.sql()).isEqualTo(sql);
    assertThat(statement.parameters()).hasToString(parameters);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          SELECT * FROM t WHERE id = :id | it begins with SELECT; a task runs an INSERT ... VALUES, an UPDATE or a DELETE of one table
          DROP TABLE t | it begins with DROP
          TRUNCATE t | it begins with TRUNCATE
          REPLACE INTO t (a) VALUES (:a) | it begins with REPLACE
          CALL f(:a) | it begins with CALL
          -- nothing | it is empty
          DELETE FROM t WHERE id = :id; DROP TABLE t | more than one statement
          DELETE FROM t | the DELETE has no WHERE; say which rows a task means
          UPDATE t SET a = :a | the UPDATE has no WHERE
          UPDATE t JOIN u SET a = :a WHERE id = 1 | there is 'JOIN' behind 't' where SET should be
          UPDATE t SET a = :a WHERE id = 1 LIMIT 1 | LIMIT is not allowed
          UPDATE t SET a = (SELECT 1) WHERE id = :id | SELECT is not allowed
          DELETE t FROM t WHERE id = 1 | where FROM should be
          INSERT INTO t VALUES (:a) | the columns are not named; write t (a, b)
          INSERT INTO t (a) SELECT :a | there is 'SELECT' behind ')' where VALUES should be
          INSERT INTO t (a) VALUES (:a), (:b) | it has more than one row
          INSERT INTO t (a, b) VALUES (:a) | it has 2 columns and 1 values
          INSERT IGNORE INTO t (a) VALUES (:a) | IGNORE hides what is wrong with a value
          INSERT INTO t (a) VALUES (:a) ON DUPLICATE KEY UPDATE a = (VALUES(a)) + 1 | (VALUES ...) is a table to some servers
          INSERT INTO t (a) VALUES (:a) RETURNING a | there is 'RETURNING' behind ')' where the end should be
          INSERT INTO t (a) VALUES (:a | there is its end behind ':a' where ) should be
          INSERT INTO t (a) VALUES (((:a) | a '(' has no ')'
          INSERT INTO t (a) VALUES () | where a value should be
          DELETE FROM t WHERE id = :id) | there is ')' behind ':id' where the end should be
          DELETE FROM t WHERE id = ? | a '?' is refused; write a parameter as :name
          DELETE FROM t WHERE id = @id | variables of the session are refused
          UPDATE t SET a = @x := 1 WHERE id = 1 | variables of the session are refused
          DELETE FROM t WHERE id = : id | a ':' without a name
          DELETE FROM t WHERE "id" = :id | double quotes mean different things
          DELETE FROM t WHERE id = 'a\\' OR 1=1' | a backslash in a string
          DELETE FROM t WHERE id = 'a | a string has no end
          DELETE FROM `t WHERE id = 1 | a name in backticks is empty or has no end
          DELETE FROM t /*!50000 WHERE id = 1 */ | a comment that the server executes
          DELETE FROM t /*M! WHERE id = 1 */ | a comment that the server executes
          DELETE FROM t WHERE id = 1 /* oh | a comment has no end
          DELETE FROM t /* | a comment has no end
          DELETE FROM t WHERE id = 1--:x | put a blank behind it
          DELETE FROM t WHERE id = 1 \\ 2 | '\\' is not understood
          """)
  void what_is_not_one_plain_write_is_refused_with_the_reason(String text, String reason) {
    assertThatThrownBy(() -> StatementParser.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void a_guard_lets_an_update_change_older_versions_only() {
    assertThat(guarded("UPDATE t SET a = :a WHERE id = :id OR x = 1"))
        .isEqualTo("UPDATE t SET a = ?, v = ? WHERE (id = ? OR x = 1) AND v < ?");
    assertThat(guarded("UPDATE t SET v = :v, a = :a WHERE id = :id"))
        .isEqualTo("UPDATE t SET a = ?, v = ? WHERE (id = ?) AND v < ?");
    assertThat(guarded("DELETE FROM t WHERE id = :id"))
        .isEqualTo("DELETE FROM t WHERE (id = ?) AND v < ?");
  }

  @Test
  void a_guard_lets_an_insert_replace_older_versions_only_and_the_version_comes_last() {
    assertThat(
            guarded("INSERT INTO t (id, v, a) VALUES (:id, :v, :a) ON DUPLICATE KEY UPDATE a = :a"))
        .isEqualTo(
            "INSERT INTO t (id, v, a) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE"
                + " a = CASE WHEN v < VALUES(v) THEN ? ELSE a END,"
                + " v = CASE WHEN v < VALUES(v) THEN VALUES(v) ELSE v END");
    assertThat(
            guarded("INSERT INTO t (id) VALUES (:id) ON DUPLICATE KEY UPDATE v = VALUES(v), b = 2"))
        .startsWith("INSERT INTO t (id, v) VALUES (?, ?) ON DUPLICATE KEY UPDATE b = CASE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INSERT INTO t (id) VALUES (:id) | an INSERT changes no row that exists
          UPDATE t SET v = :w WHERE id = :id | sets v to something else than :v
          INSERT INTO t (id, v) VALUES (:id, 1) ON DUPLICATE KEY UPDATE a = 1 | inserts something else into v than :v
          """)
  void a_statement_without_a_place_for_the_guard_is_refused(String text, String reason) {
    assertThatThrownBy(() -> guarded(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  private static String guarded(String text) {
    return VersionGuard.apply(StatementParser.parse(text), "v").sql();
  }
}
