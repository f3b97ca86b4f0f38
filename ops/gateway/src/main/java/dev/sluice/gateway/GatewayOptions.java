package dev.sluice.gateway;

import dev.sluice.producer.Producer;
import dev.sluice.settings.GatewaySettings;
import dev.sluice.timelines.Timelines;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * What a gateway is made of.
 *
 * @param settings section {@code gateway}
 * @param maxBodyBytes the largest payload
 * @param clients who may do what
 * @param producer takes the tasks; stays the caller's to close, after the gateway
 * @param dataSource tells the states of tasks; empty for none
 * @param timelines what it serves timelines from; empty for none. Stays the caller's to close,
 *     after the gateway
 * @param hindrance what keeps tasks from being taken, for {@code /health/ready}; empty when all is
 *     well. Must return at once
 * @param metrics counts and times requests
 * @param clock tells the time
 */
public record GatewayOptions(
    GatewaySettings settings,
    int maxBodyBytes,
    Clients clients,
    Producer producer,
    Optional<DataSource> dataSource,
    Optional<Timelines> timelines,
    Supplier<Optional<String>> hindrance,
    MeterRegistry metrics,
    InstantSource clock) {}
