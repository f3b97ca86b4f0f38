package dev.sluice.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RabbitOptionsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"amqp://localhost", "amqp://u:secret@host:5672/%2f", "amqps://u:secret@host/shop"})
  void urls_with_or_without_a_virtual_host_are_taken(String url) {
    assertThat(RabbitOptions.of(url).amqpUrl()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"amqp://u:secret@host/", "amqp://u:secret@host//"})
  void a_url_with_an_empty_virtual_host_is_refused_with_the_two_ways_to_write_it(String url) {
    assertThatThrownBy(() -> RabbitOptions.of(url))
        .hasMessageContaining("/%2f")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost:5672", "http://host", "amqp://u:se cret@host"})
  void what_is_no_url_of_a_broker_is_refused_without_showing_it(String url) {
    assertThatThrownBy(() -> RabbitOptions.of(url))
        .hasMessageContaining("amqp://user:password@host:5672/vhost")
        .hasMessageNotContaining("cret@");
  }

  @Test
  void neither_user_nor_password_is_shown() {
    assertThat(RabbitOptions.of("amqp://u:secret@host/shop").toString())
        .contains("amqp://***@host/shop")
        .doesNotContain("secret");
  }
}
