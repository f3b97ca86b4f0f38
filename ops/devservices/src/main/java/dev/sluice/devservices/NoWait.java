package dev.sluice.devservices;

import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/** Returns at once: readiness is proved by our own {@link Handshake}. */
final class NoWait extends AbstractWaitStrategy {

  @Override
  protected void waitUntilReady() {}
}
