package dev.sluice.timelines;

import org.jspecify.annotations.Nullable;

/**
 * A user wrote a post.
 *
 * @param post its id, chosen by the producer with {@link PostIds}
 * @param author the user who wrote it
 * @param createdAt when, milliseconds since 1970; the post's place in every timeline
 * @param text at most 1000 characters
 */
public record PostCreated(long post, long author, long createdAt, @Nullable String text) {}
