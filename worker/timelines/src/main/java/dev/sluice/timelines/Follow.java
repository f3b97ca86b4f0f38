package dev.sluice.timelines;

/**
 * A user follows another from now on.
 *
 * @param follower who follows
 * @param author who is followed
 * @param at when, milliseconds since 1970: of two changes of one edge the later one stands,
 *     whatever the order in which they arrive
 */
public record Follow(long follower, long author, long at) {}
