package dev.sluice.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.worker.governor.SharedStore.Limit;
import dev.sluice.worker.governor.SharedStore.Name;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a worker does with limits across workers while nobody can be asked. */
class SharedLimitsAwayTest {
  private static final Name TYPE = new Name("mails.send", "");

  private final AtomicLong ticks = new AtomicLong();
  private final Store store = new Store();
  private final SharedLimits limits = new SharedLimits(store, 3, ticks::get);

  /** Lets everybody through, unless it is away. */
  private static final class Store implements SharedStore {
    boolean away;
    int workers = 1;
    int asked;
    Runnable beforeRenewal = () -> {};
    final Set<String> leases = new LinkedHashSet<>();

    @Override
    public Answer take(Ask ask) {
      answer();
      leases.add(ask.id());
      return new Answer(Verdict.TAKEN, Duration.ZERO, 0);
    }

    @Override
    public int renew(Name name, List<String> ids) {
      answer();
      List<String> sent = List.copyOf(ids);
      beforeRenewal.run();
      leases.addAll(sent);
      return leases.size();
    }

    @Override
    public void release(List<Name> names, List<String> ids) {
      answer();
      leases.removeAll(ids);
    }

    @Override
    public int workers() {
      answer();
      return workers;
    }

    private void answer() {
      asked++;
      if (away) {
        throw new SharedStoreAway("refused", new IllegalStateException());
      }
    }
  }

  @Test
  void each_worker_holds_to_its_part_and_is_neither_stopped_nor_unlimited() throws Exception {
    store.away = true;
    List<Permit> held = new ArrayList<>();
    held.add(take(concurrency(7)));
    held.add(take(concurrency(7)));
    assertThatThrownBy(() -> take(concurrency(7)))
        .isInstanceOf(NotPermitted.class)
        .hasMessageContaining("Redis is away")
        .hasMessageContaining("2 at a time");
    held.remove(0).close();
    take(concurrency(7));
    assertThat(limits.away()).isTrue();
  }

  @Test
  void what_runs_already_counts_in_the_part() throws Exception {
    Permit before = take(concurrency(3));
    store.away = true;
    assertThatThrownBy(() -> take(concurrency(3))).isInstanceOf(NotPermitted.class);
    before.close();
    take(concurrency(3));
  }

  @Test
  void a_limit_below_the_number_of_workers_leaves_one_for_each() throws Exception {
    store.away = true;
    take(concurrency(2));
    assertThatThrownBy(() -> take(concurrency(2))).isInstanceOf(NotPermitted.class);
  }

  @Test
  void more_workers_seen_than_configured_make_smaller_parts() throws Exception {
    store.workers = 8;
    take(concurrency(100)).close();
    limits.runOnce();
    store.away = true;
    for (int i = 0; i < 2; i++) {
      take(concurrency(16));
    }
    assertThatThrownBy(() -> take(concurrency(16))).isInstanceOf(NotPermitted.class);
    assertThat(limits.workers()).isEqualTo(8);
  }

  @Test
  void a_rate_is_divided_too() throws Exception {
    store.away = true;
    List<Limit> rate = List.of(new Limit(TYPE, Limits.NONE.rate(Rate.parse("30/s"))));
    int started = 0;
    for (int tenths = 0; tenths < 100; tenths++) {
      ticks.addAndGet(100_000_000);
      try {
        while (true) {
          limits.take(rate, 1, ticks.get()).close();
          started++;
        }
      } catch (NotPermitted e) {
        assertThat(e.pause()).isPositive();
      }
    }
    assertThat(started).isBetween(98, 103);
  }

  @Test
  void while_it_is_away_no_task_waits_for_it() throws Exception {
    store.away = true;
    take(concurrency(100)).close();
    int asked = store.asked;
    take(concurrency(100)).close();
    take(concurrency(100)).close();
    assertThat(store.asked).isEqualTo(asked);
  }

  @Test
  void when_it_is_back_it_learns_what_runs_and_what_has_ended_and_is_asked_again()
      throws Exception {
    Permit ended = take(concurrency(100));
    store.away = true;
    Permit runs = take(concurrency(100));
    ended.close();
    assertThat(limits.runOnce()).isEqualTo(Duration.ofSeconds(1));
    assertThat(store.leases).hasSize(1);

    store.away = false;
    assertThat(limits.runOnce()).isEqualTo(Duration.ofSeconds(5));

    assertThat(limits.away()).isFalse();
    assertThat(store.leases).hasSize(1);
    runs.close();
    assertThat(store.leases).isEmpty();
    take(concurrency(100));
    assertThat(store.leases).hasSize(1);
  }

  @Test
  void a_lease_that_ends_while_it_is_renewed_is_given_back_all_the_same() throws Exception {
    Permit ends = take(concurrency(100));
    take(concurrency(100));
    store.beforeRenewal = ends::close;

    limits.runOnce();

    assertThat(store.leases).hasSize(1);
  }

  @Test
  void a_store_that_nobody_needs_is_left_alone() {
    limits.runOnce();
    assertThat(store.asked).isZero();
  }

  private Permit take(List<Limit> wanted) throws Exception {
    return limits.take(wanted, 1, ticks.get());
  }

  private static List<Limit> concurrency(int concurrency) {
    return List.of(new Limit(TYPE, Limits.NONE.concurrency(concurrency)));
  }
}
