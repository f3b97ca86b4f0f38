package com.example.clicks;

import dev.sluice.task.TaskType;

/**
 * Somebody opened a page.
 *
 * @param user who
 * @param page which
 */
public record Click(long user, String page) {

  /** Shared by producers and workers. */
  public static final TaskType<Click> RECORD =
      TaskType.of("clicks.record", Click.class).queue("clicks");
}
