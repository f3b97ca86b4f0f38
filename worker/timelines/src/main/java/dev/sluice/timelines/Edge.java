package dev.sluice.timelines;

/**
 * Bring a timeline in line with an edge of the graph: the author's posts belong to it, or do not.
 *
 * @param follower whose timeline
 * @param author whose posts
 */
public record Edge(long follower, long author) {}
