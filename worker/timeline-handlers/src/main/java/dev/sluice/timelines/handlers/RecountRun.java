package dev.sluice.timelines.handlers;

/**
 * One run of a recount.
 *
 * @param recount id of its long task, which its corrections are kept under
 */
record RecountRun(String recount) {}
