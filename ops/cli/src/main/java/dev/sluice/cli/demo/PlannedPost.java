package dev.sluice.cli.demo;

import dev.sluice.timelines.PostCreated;

/**
 * A post that the demo will publish.
 *
 * @param taskId chosen before the first try, so that a try of unknown outcome can be repeated
 * @param author index of the author in the graph
 * @param old whether it is older than timelines keep posts
 */
record PlannedPost(String taskId, int author, boolean old, PostCreated payload) {}
