package dev.sluice.timelines.handlers;

/**
 * One truncation of all timelines.
 *
 * @param run id of the task that started it
 * @param oldest posts before this time go, in milliseconds since 1970
 * @param cap entries that a timeline may keep
 * @param ratePerSecond timelines that a process looks at a second at most, 20 other keys of a
 *     shared Redis counting as one; 0 for no limit
 * @param started when it was started, in milliseconds since 1970
 */
record TruncationRun(String run, long oldest, int cap, long ratePerSecond, long started) {}
