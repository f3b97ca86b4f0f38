package dev.sluice.timelines;

import java.time.Instant;

/** A post as the database has it. */
public record Post(long id, long author, Instant createdAt, String text) {}
