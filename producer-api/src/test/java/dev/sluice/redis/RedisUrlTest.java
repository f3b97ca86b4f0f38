package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.HostAndPort;

class RedisUrlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      nullValues = "-",
      value = {
        "redis://h h:6379 - - 0 false",
        "redis://h:1/3 h:1 - - 3 false",
        "redis://my_host:1 my_host:1 - - 0 false",
        "redis://[::1]:7/2 ::1:7 - - 2 false",
        "redis://:p@h h:6379 - p 0 false",
        "redis://u:p%40%2F%3A+x@h:1 h:1 u p@/:+x 0 false",
        "redis://u@h:1 h:1 u - 0 false",
        "rediss://u:p:q@h:1 h:1 u p:q 0 true"
      })
  void a_server_s_url_names_host_port_database_user_and_password(
      String url, String node, String user, String password, int database, boolean tls) {
    assertThat(RedisUrl.of(RedisUrl.uri(url)))
        .isEqualTo(
            new RedisUrl(false, tls, Set.of(HostAndPort.from(node)), user, password, database));
  }

  @Test
  void a_cluster_s_url_names_some_of_its_nodes() {
    assertThat(RedisUrl.of(RedisUrl.uri("redis-cluster://u:p%2C%40@a:1,b-2,c.d:3/0")))
        .isEqualTo(
            new RedisUrl(
                true,
                false,
                Set.of(
                    new HostAndPort("a", 1),
                    new HostAndPort("b-2", 6379),
                    new HostAndPort("c.d", 3)),
                "u",
                "p,@",
                0));
    assertThat(RedisUrl.of(URI.create("rediss-cluster://a:1")))
        .isEqualTo(new RedisUrl(true, true, Set.of(new HostAndPort("a", 1)), null, null, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://u:hunter2@h:1|its scheme is http",
        "h:1|its scheme is h",
        "redis://u:hunter2@a:1,b:2|names 2 servers",
        "redis-cluster://u:hunter2@a:1,b:2/1|database 1",
        "redis-cluster://u:hunter2@a:1,,b:2|a host is missing",
        "redis-cluster://u:hunter2@|a host is missing",
        "redis://u:hunter2@:1|a host is missing",
        "redis://u:hunter2@h:x|a port is no number",
        "redis://u:hunter2@h:|a port is no number",
        "redis://u:hunter2@h:0|port 0 is not 1 to 65535",
        "redis-cluster://u:hunter2@h:65536|port 65536 is not 1 to 65535",
        "redis://u:hunter2@h:1/x|a database is no number",
        "redis://u:hunter2 x@h:1|percent-encoded"
      })
  void a_url_that_is_wrong_is_refused_with_the_reason_and_without_the_password(
      String url, String reason) {
    assertThatThrownBy(() -> RedisUrl.of(RedisUrl.uri(url)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessageContaining(reason)
        .hasMessageContaining("redis-cluster://")
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://u:hunter2@h:1/2",
        "rediss://hunter2@h",
        "redis-cluster://:hunter2@b:2,a:1"
      })
  void a_url_is_printed_without_user_and_password(String url) {
    assertThat(RedisUrl.of(URI.create(url)).toString())
        .isIn("redis://h:1/2", "rediss://h:6379", "redis-cluster://a:1,b:2");
  }
}
