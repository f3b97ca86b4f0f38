package dev.sluice.devservices;

/** What runs the servers. */
public enum Engine {
  /** Containers where a Docker engine answers, otherwise native. */
  AUTO,
  /** Testcontainers; fails where no Docker engine answers. */
  CONTAINER,
  /** Private processes of the machine's own servers, or of those in a generation's chroot. */
  NATIVE
}
