package dev.sluice.timelines;

/**
 * What a fan-out brings to the followers of an author, or takes from them.
 *
 * @param post the post's id
 * @param author whose followers
 * @param createdAt the post's time, milliseconds since 1970
 */
public record PostFanOut(long post, long author, long createdAt) {}
