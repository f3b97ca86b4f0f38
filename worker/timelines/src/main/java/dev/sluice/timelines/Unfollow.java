package dev.sluice.timelines;

/**
 * A user follows another no more.
 *
 * @param follower who followed
 * @param author who was followed
 * @param at when, as in {@link Follow}; at the same millisecond the end of it stands
 */
public record Unfollow(long follower, long author, long at) {}
