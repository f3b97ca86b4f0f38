package dev.sluice.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TaskTypeTest {
  record Click(long user) {}

  private static final TaskType<Click> CLICK = TaskType.of("clicks.record", Click.class);

  @Test
  void the_defaults_are_these() {
    assertThat(CLICK.name()).isEqualTo("clicks.record");
    assertThat(CLICK.payload()).isEqualTo(Click.class);
    assertThat(CLICK.version()).isEqualTo(1);
    assertThat(CLICK.queue()).isEqualTo("sluice");
    assertThat(CLICK.priority()).isZero();
    assertThat(CLICK.expiry()).isNull();
    assertThat(CLICK.retry()).isEqualTo(RetryPolicy.DEFAULT);
    assertThat(CLICK.timeLimits()).isEqualTo(TimeLimits.NONE);
    assertThat(CLICK.resultKept()).isFalse();
    assertThat(CLICK.formerNames()).isEmpty();
    assertThat(CLICK.schema()).isNull();
  }

  @Test
  void the_default_retry_policy_is_10_attempts_within_a_day() {
    assertThat(RetryPolicy.DEFAULT.maxAttempts()).isEqualTo(10);
    assertThat(RetryPolicy.DEFAULT.base()).isEqualTo(Duration.ofSeconds(5));
    assertThat(RetryPolicy.DEFAULT.factor()).isEqualTo(3);
    assertThat(RetryPolicy.DEFAULT.maxDelay()).isEqualTo(Duration.ofHours(1));
    assertThat(RetryPolicy.DEFAULT.budget()).isEqualTo(Duration.ofHours(24));
  }

  @Test
  void a_setter_returns_a_copy_that_keeps_everything_else() {
    TaskType<Click> full =
        CLICK
            .version(2)
            .queue("clicks")
            .priority(5)
            .expiry(Duration.ofHours(1))
            .retry(RetryPolicy.attempts(3))
            .timeLimits(new TimeLimits(Duration.ofSeconds(1), Duration.ofSeconds(2)))
            .keepResult()
            .formerly("click")
            .schema("/click.schema.json");

    assertThat(full.queue("other").version()).isEqualTo(2);
    assertThat(full.queue("other").priority()).isEqualTo(5);
    assertThat(full.version(3).queue()).isEqualTo("clicks");
    assertThat(full.version(3).expiry()).isEqualTo(Duration.ofHours(1));
    assertThat(full.version(3).retry().maxAttempts()).isEqualTo(3);
    assertThat(full.version(3).timeLimits().hard()).isEqualTo(Duration.ofSeconds(2));
    assertThat(full.version(3).resultKept()).isTrue();
    assertThat(full.version(3).formerNames()).containsExactly("click");
    assertThat(full.version(3).schema()).isEqualTo("/click.schema.json");
    assertThat(CLICK.version()).isEqualTo(1);
  }

  @Test
  void values_out_of_range_are_refused_with_the_type_named() {
    assertThatThrownBy(() -> TaskType.of("two words", Click.class))
        .hasMessageContaining("two words");
    assertThatThrownBy(() -> CLICK.version(0)).hasMessageContaining("clicks.record");
    assertThatThrownBy(() -> CLICK.priority(10)).hasMessageContaining("0 to 9");
    assertThatThrownBy(() -> CLICK.queue(" ")).hasMessageContaining("clicks.record");
    assertThatThrownBy(() -> CLICK.expiry(Duration.ZERO)).hasMessageContaining("clicks.record");
    assertThatThrownBy(() -> new TimeLimits(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .hasMessageContaining("longer than the hard one");
  }
}
