package dev.sluice.spool;

/**
 * A spool as its writer sees it.
 *
 * @param appended messages appended since it was opened
 * @param refused appends that failed since it was opened
 * @param bytes of all segments, what is confirmed and not yet deleted included
 * @param maxBytes the limit of {@code bytes}
 * @param segments how many files
 * @param damaged damaged places found since it was opened, by this writer
 * @param failedSyncs how often the disk failed to keep what was written
 */
public record SpoolStats(
    long appended,
    long refused,
    long bytes,
    long maxBytes,
    int segments,
    long damaged,
    long failedSyncs) {}
