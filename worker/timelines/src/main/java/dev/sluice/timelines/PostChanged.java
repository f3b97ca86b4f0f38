package dev.sluice.timelines;

/**
 * A post is not what it was: copies of it are out of date.
 *
 * @param post its id
 */
public record PostChanged(long post) {}
