package dev.sluice.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.devservices.DevServices;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisKeysIT extends KeysContract {
  private static final KeyName KEY = KeyName.once("018f");

  private final URI url = URI.create(DevServices.shared().redis().url());
  private final String namespace = "t" + UUID.randomUUID().toString().substring(0, 8);
  private final RedisKeys keys = RedisKeys.open(url, namespace);

  @AfterEach
  void close() {
    keys.close();
  }

  @Override
  KeyStore store() {
    return keys;
  }

  @Test
  void namespaces_do_not_see_each_other_s_keys() {
    keys.take(KEY, claim("a"));
    try (RedisKeys other = RedisKeys.open(url, namespace + "-other")) {
      assertThat(other.take(KEY, claim("b")).taken()).isTrue();
    }
    assertThat(keys.take(KEY, claim("b")).taskId()).isEqualTo("a");
  }

  @Test
  void a_take_whose_reply_was_lost_is_repeated_and_still_taken() throws IOException {
    try (LossyProxy proxy = new LossyProxy(DevServices.shared().redis().port());
        RedisKeys lossy = RedisKeys.open(proxy.url(), namespace)) {
      assertThat(lossy.take(KEY, claim("a")).taken()).isTrue();
      assertThat(proxy.lost()).isEqualTo(1);
      assertThat(lossy.take(KEY, claim("a")).taken()).isFalse();
    }
  }

  @Test
  void a_server_that_is_away_is_said_to_be_after_a_bounded_wait() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (RedisKeys away = RedisKeys.open(URI.create("redis://127.0.0.1:" + port), "")) {
      assertThatThrownBy(() -> away.take(KEY, claim("a"))).isInstanceOf(KeyStoreUnavailable.class);
    }
  }

  @Test
  void a_server_that_accepts_and_never_answers_is_waited_for_a_second() throws IOException {
    try (ServerSocket mute = new ServerSocket(0);
        RedisKeys away =
            RedisKeys.open(URI.create("redis://127.0.0.1:" + mute.getLocalPort()), "")) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> away.take(KEY, claim("a"))).isInstanceOf(KeyStoreUnavailable.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void a_url_that_is_none_is_refused_without_its_password() {
    assertThatThrownBy(() -> RedisKeys.open(URI.create("http://user:secret@host:1"), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("redis://")
        .hasMessageNotContaining("secret");
  }

  private static Claim claim(String taskId) {
    return new Claim(taskId, bytes("body"), Instant.now(), Duration.ofMinutes(1));
  }
}
