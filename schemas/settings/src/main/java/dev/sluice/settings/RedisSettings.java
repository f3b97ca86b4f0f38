package dev.sluice.settings;

import java.util.Optional;

/**
 * Section {@code redis}: where timelines are kept.
 *
 * @param url {@code redis://} or {@code rediss://}
 */
public record RedisSettings(Optional<MaskedUrl> url) {}
