package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which of the deliveries that a worker holds is started first. */
class PriorityTest {
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<String> started = new CopyOnWriteArrayList<>();

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
              handlers ->
                  handlers.handle(
                      NOTE,
                      (note, task) -> {
                        started.add(note.text());
                        released.await();
                        return Outcome.completed();
                      }))
          .withOptions(
              options ->
                  options.queue("notes", QueueOptions.DEFAULTS.concurrency(1).prefetch(100)));

  @Test
  void the_higher_priority_starts_first_and_of_one_priority_who_came_first() {
    hold("first", 0, 1);
    hold("a", 0, 1);
    hold("b", 3, 1);
    hold("c", 9, 1);
    hold("d", 3, 1);
    hold("e", 0, 1);
    run();
    assertThat(started).containsExactly("first", "c", "b", "d", "a", "e");
  }

  @Test
  void a_flood_of_the_highest_priority_lets_every_eighth_of_the_lowest_through() {
    hold("first", 0, 1);
    hold("low", 0, 3);
    hold("high", 9, 60);
    run();
    assertThat(started.subList(0, 25)).filteredOn("low"::equals).hasSize(3);
    assertThat(started.subList(1, 8)).containsOnly("high");
    assertThat(started).hasSize(64);
  }

  private void hold(String text, int priority, int tasks) {
    for (int i = 0; i < tasks; i++) {
      sluice.enqueue(NOTE, new Note(text), EnqueueOptions.DEFAULTS.priority(priority));
    }
    if (text.equals("first")) {
      await().until(() -> started.size() == 1);
    }
  }

  private void run() {
    released.countDown();
    sluice.drain();
  }
}
