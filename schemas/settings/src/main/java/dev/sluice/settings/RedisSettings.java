package dev.sluice.settings;

import java.util.Optional;

/**
 * Section {@code redis}: where timelines are kept.
 *
 * @param url {@code redis://} of a server or {@code redis-cluster://HOST:PORT,HOST:PORT…} of some
 *     nodes of a cluster; {@code rediss} and {@code rediss-cluster} for TLS
 */
public record RedisSettings(Optional<MaskedUrl> url) {}
