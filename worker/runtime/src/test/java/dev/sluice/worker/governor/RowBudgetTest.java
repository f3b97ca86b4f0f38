package dev.sluice.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A saturated database under a virtual clock, with pauses in which nothing is answered. */
class RowBudgetTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  /** A transaction that was permitted: when it writes its rows, and when it ends. */
  private record Run(long written, long end, long paid, long rows) {}

  private record Written(long at, long rows) {}

  /** How a database and its load behave. */
  private record Load(
      long ceiling, int slots, int mostRows, int batch, long shortest, long longest, int stalls) {}

  private final RowBudget budget = new RowBudget();
  private final List<Written> written = new ArrayList<>();
  private long mostOutstanding;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void no_second_has_more_rows_than_the_ceiling_whatever_stalls(long seed) {
    Random random = new Random(seed);
    Load load =
        new Load(
            200 + random.nextInt(50_000),
            1 + random.nextInt(60),
            1 + random.nextInt(10),
            1 + random.nextInt(500),
            MILLI,
            (1 + random.nextInt(80)) * MILLI,
            random.nextInt(4));
    run(load, 30, random);

    assertThat(mostInOneSecond()).as("%s", load).isLessThanOrEqualTo(load.ceiling() * 110 / 100);
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 1_000, 20_000})
  void a_saturated_database_gets_what_the_ceiling_allows(long ceiling) {
    run(new Load(ceiling, 20, 2, 500, MILLI, 20 * MILLI, 0), 30, new Random(1));

    long rows = written.stream().mapToLong(Written::rows).sum();
    assertThat(rows / 30.0).isGreaterThan(0.95 * ceiling).isLessThan(1.02 * ceiling);
  }

  @Test
  void ten_batches_before_a_stall_are_no_burst_after_it() {
    budget.ceiling(1_000, 1_000, 0);
    int permitted = 0;
    long now = 0;
    for (; now < 2 * SECOND; now += MILLI) {
      if (budget.wait(50, 1, now) == 0) {
        budget.permit(50, now);
        permitted += 50;
      }
    }
    assertThat(permitted).as("a tenth of a second's rows").isEqualTo(100);
    assertThat(budget.wait(50, 1, now)).isEqualTo(RowBudget.UNTIL_AN_END);

    budget.ended(50, 50, now);
    budget.ended(50, 50, now);
    long rows = 100;
    for (long end = now + SECOND; now < end; now += MILLI) {
      if (budget.wait(50, 1, now) == 0) {
        budget.permit(50, now);
        budget.ended(50, 50, now);
        rows += 50;
      }
    }
    assertThat(rows).isBetween(900L, 1_050L);
  }

  @Test
  void two_tasks_are_permitted_at_a_time_however_low_the_ceiling_is() {
    budget.ceiling(10, 10, 0);
    budget.permit(4, 0);
    assertThat(budget.mostOutstanding(4)).isEqualTo(8);
    assertThat(budget.wait(4, 4, SECOND)).isZero();
    budget.permit(4, SECOND);
    assertThat(budget.wait(4, 4, 3 * SECOND)).isEqualTo(RowBudget.UNTIL_AN_END);
  }

  @Test
  void a_task_of_more_rows_than_the_ceiling_runs_alone_and_is_paid_off_afterwards() {
    budget.ceiling(100, 100, 0);
    assertThat(budget.wait(1_000, 1_000, 0)).isZero();
    budget.permit(1_000, 0);
    budget.ended(1_000, 1_000, SECOND);

    assertThat(budget.wait(1, 1, 2 * SECOND)).isBetween(7_900 * MILLI, 8_000 * MILLI);
    assertThat(budget.wait(1, 1, 10 * SECOND)).isZero();
  }

  @Test
  void who_has_leave_for_all_that_a_second_allows_need_not_wait_for_its_own_end() {
    budget.ceiling(10, 10, 0);
    budget.permit(20, 0);

    // It marks its task before it writes, say.
    assertThat(budget.balanceWait(SECOND)).isPositive().isLessThan(SECOND);
    assertThat(budget.balanceWait(2 * SECOND)).isZero();
  }

  @Test
  void rows_that_nobody_expected_are_charged_afterwards() {
    budget.ceiling(1_000, 1_000, 0);
    budget.permit(2, 0);
    budget.ended(2, 502, 10 * MILLI);
    budget.charge(500, 20 * MILLI);

    long wait = budget.wait(2, 2, 20 * MILLI);
    assertThat(wait).isBetween(880 * MILLI, 1_000 * MILLI);
  }

  @Test
  void what_was_permitted_and_not_written_is_given_back() {
    budget.ceiling(1_000, 1_000, 0);
    budget.permit(100, 0);
    assertThat(budget.wait(100, 50, 0)).isPositive();
    budget.ended(100, 0, 0);
    assertThat(budget.wait(100, 50, 0)).isZero();
  }

  @Test
  void a_ceiling_that_is_changed_holds_at_once_and_what_is_owed_stays_owed() {
    budget.ceiling(1_000, 1_000, 0);
    budget.permit(100, 0);
    budget.ended(100, 1_100, 0);
    budget.ceiling(10_000, 10_000, 0);
    assertThat(budget.wait(10, 1, 0)).isBetween(MILLI, 11 * MILLI);
    budget.ceiling(100, 100, 0);
    assertThat(budget.wait(1, 1, 0)).isGreaterThan(10 * SECOND);
    budget.ceiling(0, 0, 0);
    assertThat(budget.wait(1_000_000, 1, 0)).isZero();
  }

  /** Slots that always have work; rows are written at any time between permit and end. */
  private void run(Load load, int seconds, Random random) {
    budget.ceiling(load.ceiling(), load.ceiling(), 0);
    List<long[]> stalls = new ArrayList<>();
    for (int i = 0; i < load.stalls(); i++) {
      long start = random.nextLong(seconds * SECOND);
      stalls.add(new long[] {start, start + random.nextLong(3 * SECOND)});
    }
    PriorityQueue<Run> running = new PriorityQueue<>(Comparator.comparingLong(Run::end));
    long now = 0;
    while (now < seconds * SECOND) {
      long task = 1 + load.mostRows() / 2;
      long most = budget.mostOutstanding(task) / 2;
      long tasks = Math.max(1, Math.min(1 + random.nextInt(load.batch()), most / task));
      long wait = running.size() < load.slots() ? budget.wait(tasks * task, task, now) : -1;
      if (wait == 0) {
        long took = load.shortest() + random.nextLong(load.longest());
        long at = afterStalls(now + random.nextLong(took + 1), stalls);
        long end = Math.max(at, afterStalls(now + took, stalls));
        long rows = random.ints(tasks, 1, 2 * (int) task).asLongStream().sum();
        budget.permit(tasks * task, now);
        running.add(new Run(at, end, tasks * task, rows));
        mostOutstanding = Math.max(mostOutstanding, budget.outstanding());
        assertThat(mostOutstanding).isLessThanOrEqualTo(budget.mostOutstanding(task));
        continue;
      }
      long next = running.isEmpty() ? Long.MAX_VALUE : running.peek().end();
      if (wait > 0 && wait != RowBudget.UNTIL_AN_END && now + wait < next) {
        now += wait;
        continue;
      }
      Run ended = running.remove();
      now = ended.end();
      budget.ended(ended.paid(), ended.rows(), now);
      written.add(new Written(ended.written(), ended.rows()));
    }
  }

  private static long afterStalls(long at, List<long[]> stalls) {
    long moved = at;
    for (long[] stall : stalls) {
      if (moved >= stall[0] && moved < stall[1]) {
        moved = stall[1];
      }
    }
    return moved;
  }

  private long mostInOneSecond() {
    written.sort(Comparator.comparingLong(Written::at));
    long most = 0;
    long sum = 0;
    int first = 0;
    for (Written last : written) {
      sum += last.rows();
      while (written.get(first).at() <= last.at() - SECOND) {
        sum -= written.get(first++).rows();
      }
      most = Math.max(most, sum);
    }
    return most;
  }
}
