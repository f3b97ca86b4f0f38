package dev.sluice.worker.dead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.DeadReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransientCausesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.sql.SQLTransientConnectionException",
        "java.sql.SQLRecoverableException",
        "java.io.IOException",
        "java.net.SocketTimeoutException",
        "dev.sluice.redis.RedisUnavailable",
        "redis.clients.jedis.exceptions.JedisConnectionException"
      })
  void a_server_that_was_away_is_transient(String exception) {
    assertThat(TransientCauses.passes(DeadReason.RETRIES_EXHAUSTED, exception, null)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.lang.NullPointerException",
        "java.lang.IllegalArgumentException",
        "java.sql.SQLIntegrityConstraintViolationException",
        "java.io.FileNotFoundException",
        "com.example.IOException",
        ""
      })
  void a_bug_is_not(String exception) {
    assertThat(TransientCauses.passes(DeadReason.RETRIES_EXHAUSTED, exception, null)).isFalse();
  }

  @Test
  void a_transient_cause_counts_however_it_is_wrapped() {
    Exception wrapped =
        new IllegalStateException(
            "sending failed", new UncheckedIOException(new IOException("broken pipe")));
    assertThat(
            TransientCauses.passes(
                DeadReason.RETRIES_EXHAUSTED, wrapped.getClass().getName(), stackOf(wrapped)))
        .isTrue();
  }

  @Test
  void a_transient_class_that_is_only_mentioned_does_not_count() {
    Exception bug =
        new IllegalStateException("not " + SQLTransientConnectionException.class.getName());
    assertThat(
            TransientCauses.passes(
                DeadReason.RETRIES_EXHAUSTED, bug.getClass().getName(), stackOf(bug)))
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"UNKNOWN_TASK", "NEWER_PAYLOAD"})
  void a_deploy_under_way_is_transient(DeadReason reason) {
    assertThat(TransientCauses.passes(reason, null, null)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"RETRIES_EXHAUSTED", "UNKNOWN_TASK", "NEWER_PAYLOAD"},
      mode = EnumSource.Mode.EXCLUDE)
  void poison_is_never_transient_whatever_it_threw(DeadReason reason) {
    assertThat(TransientCauses.passes(reason, "java.io.IOException", null)).isFalse();
  }

  private static String stackOf(Exception e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
