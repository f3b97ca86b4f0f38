package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisBusyException;
import redis.clients.jedis.exceptions.JedisClusterException;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

class VerdictTest {
  private static final HostAndPort OTHER = new HostAndPort("h", 1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OOM command not allowed when used memory > 'maxmemory'.|LATER",
        "LOADING Redis is loading the dataset in memory|LATER",
        "READONLY You can't write against a read only replica.|LATER",
        "MISCONF Redis is configured to save RDB snapshots|LATER",
        "MASTERDOWN Link with MASTER is down|LATER",
        "TRYAGAIN Multiple keys request during rehashing of slot|LATER",
        "NOREPLICAS Not enough good replicas to write.|LATER",
        "ERR max number of clients reached|LATER",
        "ERR This instance has cluster support disabled|DENIED",
        "WRONGTYPE Operation against a key holding the wrong kind of value|WRONG",
        "CROSSSLOT Keys in request don't hash to the same slot|WRONG",
        "ERR unknown command 'OOM'|WRONG",
        "OOMX is no such word|WRONG",
        "''|WRONG"
      })
  void the_first_word_of_an_error_tells_what_it_means(String message, Verdict verdict) {
    assertThat(Verdict.of(new JedisDataException(message))).isEqualTo(verdict);
  }

  @ParameterizedTest
  @MethodSource("errors")
  void errors_that_jedis_has_a_class_for_are_told_by_it(JedisException error, Verdict verdict) {
    assertThat(Verdict.of(error)).isEqualTo(verdict);
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        Arguments.of(new JedisMovedDataException("MOVED 1 h:1", OTHER, 1), Verdict.MOVED),
        Arguments.of(new JedisAskDataException("ASK 1 h:1", OTHER, 1), Verdict.ASK),
        Arguments.of(new JedisClusterException("CLUSTERDOWN Hash slot not served"), Verdict.LATER),
        Arguments.of(new JedisBusyException("BUSY Redis is busy running a script"), Verdict.LATER),
        Arguments.of(new JedisAccessControlException("WRONGPASS invalid"), Verdict.DENIED),
        Arguments.of(new JedisNoScriptException("NOSCRIPT No matching script"), Verdict.WRONG),
        Arguments.of(new JedisConnectionException("Connection refused"), Verdict.LATER),
        Arguments.of(new JedisClusterOperationException("Cluster slots have holes"), Verdict.LATER),
        Arguments.of(new JedisException("Could not get a resource from the pool"), Verdict.LATER));
  }

  @Test
  void what_a_server_says_to_a_new_connection_counts_though_a_pool_wraps_it() {
    JedisException wrapped =
        new JedisException("no connection", new JedisAccessControlException("WRONGPASS invalid"));

    assertThat(Verdict.of(wrapped)).isEqualTo(Verdict.DENIED);
  }
}
