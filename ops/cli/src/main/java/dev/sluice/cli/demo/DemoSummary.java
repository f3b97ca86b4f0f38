package dev.sluice.cli.demo;

import tools.jackson.databind.json.JsonMapper;

/**
 * What the demo found.
 *
 * @param posts published
 * @param tasksEnqueued tasks that were accepted, and continuations
 * @param tasksCompleted tasks whose effect stands in the database, and continuations
 * @param rowsWritten rows that the tasks left in the database
 * @param timelineWrites entries in Redis with the right id at the right place
 * @param expectedTimelineWrites entries that must be there, computed from graph and posts alone
 * @param continuations steps of fan-outs that wrote a chunk
 * @param lost accepted tasks without an effect
 * @param doubles effects beyond one for each task
 * @param seconds from the first task to the last effect
 */
record DemoSummary(
    long posts,
    long tasksEnqueued,
    long tasksCompleted,
    long rowsWritten,
    long timelineWrites,
    long expectedTimelineWrites,
    long continuations,
    long lost,
    long doubles,
    double seconds) {

  double tasksPerSecond() {
    return seconds == 0 ? 0 : tasksCompleted / seconds;
  }

  /** Whether what Sluice promises held. */
  boolean holds() {
    return lost == 0
        && doubles == 0
        && timelineWrites == expectedTimelineWrites
        && continuations > 0;
  }

  /** One line of JSON. */
  String json() {
    return JsonMapper.builder()
        .build()
        .createObjectNode()
        .put("posts", posts)
        .put("tasks_enqueued", tasksEnqueued)
        .put("tasks_completed", tasksCompleted)
        .put("rows_written", rowsWritten)
        .put("timeline_writes", timelineWrites)
        .put("expected_timeline_writes", expectedTimelineWrites)
        .put("continuations", continuations)
        .put("lost", lost)
        .put("double", doubles)
        .put("seconds", rounded(seconds))
        .put("tasks_per_second", rounded(tasksPerSecond()))
        .toString();
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
