package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private final Ledger ledger = new Ledger();

  @Test
  void one_effect_for_each_accepted_task_is_even() {
    enqueue("a", true);
    enqueue("b", true);

    Ledger.Balance balance = ledger.balance(Map.of("a", 1, "b", 1), Set.of());

    assertThat(balance.even()).isTrue();
    assertThat(balance.doubles()).isZero();
  }

  @Test
  void an_accepted_task_without_an_effect_is_lost() {
    enqueue("a", true);
    enqueue("b", true);

    Ledger.Balance balance = ledger.balance(Map.of("a", 1), Set.of());

    assertThat(balance.lost()).containsExactly("b");
    assertThat(balance.even()).isFalse();
  }

  @Test
  void a_dead_task_is_not_lost() {
    enqueue("a", true);

    assertThat(ledger.balance(Map.of(), Set.of("a")).even()).isTrue();
  }

  @Test
  void effects_beyond_the_first_are_doubles() {
    enqueue("a", true);

    Ledger.Balance balance = ledger.balance(Map.of("a", 3), Set.of());

    assertThat(balance.doubles()).isEqualTo(2);
    assertThat(balance.even()).isFalse();
  }

  @Test
  void a_task_of_unknown_outcome_may_have_an_effect_or_none() {
    enqueue("a", false);

    assertThat(ledger.balance(Map.of("a", 1), Set.of()).even()).isTrue();
    assertThat(ledger.balance(Map.of(), Set.of()).even()).isTrue();
  }

  @Test
  void an_effect_that_nobody_enqueued_is_unexpected() {
    Ledger.Balance balance = ledger.balance(Map.of("x", 1), Set.of());

    assertThat(balance.unexpected()).containsExactly("x");
    assertThat(balance.even()).isFalse();
  }

  private void enqueue(String id, boolean accepted) {
    ledger.attempted(id);
    if (accepted) {
      ledger.accepted(id);
    }
  }
}
