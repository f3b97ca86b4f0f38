package dev.sluice.timelines.handlers;

import dev.sluice.task.TaskType;
import dev.sluice.timelines.Follow;
import dev.sluice.timelines.PostCreated;
import dev.sluice.timelines.PostDeleted;
import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.timelines.Unfollow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Tasks of a few users in a random order, many of them twice; the same for the same seed. */
final class RandomTasks {
  /** Few different times, so that some changes of an edge are of the same millisecond. */
  private static final int TIMES = 12;

  private final Random random;
  private final int users;
  private final Instant now;

  RandomTasks(Random random, int users, Instant now) {
    this.random = random;
    this.users = users;
    this.now = now;
  }

  /** So many posts, of which a third are deleted, and changes of edges, shuffled. */
  List<Record> shuffled(int posts, int changes) {
    List<Record> tasks = new ArrayList<>();
    for (int i = 0; i < posts; i++) {
      Instant createdAt = now.minusSeconds(1 + random.nextInt(posts));
      PostCreated post =
          new PostCreated(PostIds.of(createdAt, i), user(), createdAt.toEpochMilli(), "post " + i);
      add(tasks, post);
      if (random.nextInt(3) == 0) {
        add(tasks, TimelineFixture.deletion(post));
      }
    }
    for (int i = 0; i < changes; i++) {
      add(tasks, change());
    }
    Collections.shuffle(tasks, random);
    return tasks;
  }

  private void add(List<Record> tasks, Record task) {
    tasks.add(task);
    if (random.nextInt(3) == 0) {
      tasks.add(task);
    }
  }

  private Record change() {
    long follower = user();
    long author = user();
    while (author == follower) {
      author = user();
    }
    long at = 1 + random.nextInt(TIMES);
    return random.nextInt(5) < 3
        ? new Follow(follower, author, at)
        : new Unfollow(follower, author, at);
  }

  private long user() {
    return 1 + random.nextInt(users);
  }

  /** What enqueues tasks. */
  interface Enqueue {
    <P extends Record> void enqueue(TaskType<P> type, P payload);
  }

  static void enqueue(Record task, Enqueue to) {
    if (task instanceof PostCreated created) {
      to.enqueue(TimelineTasks.POST_CREATED, created);
    } else if (task instanceof PostDeleted deleted) {
      to.enqueue(TimelineTasks.POST_DELETED, deleted);
    } else if (task instanceof Follow follow) {
      to.enqueue(TimelineTasks.FOLLOW, follow);
    } else if (task instanceof Unfollow unfollow) {
      to.enqueue(TimelineTasks.UNFOLLOW, unfollow);
    } else {
      throw new IllegalArgumentException("no type for " + task);
    }
  }
}
