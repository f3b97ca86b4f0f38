package dev.sluice.timelines;

/**
 * A post was deleted.
 *
 * @param post its id
 * @param author the user who wrote it
 * @param createdAt when it was written, as in {@link PostCreated}
 */
public record PostDeleted(long post, long author, long createdAt) {}
