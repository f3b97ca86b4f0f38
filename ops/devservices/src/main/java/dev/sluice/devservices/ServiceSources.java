package dev.sluice.devservices;

import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses what runs the servers. */
final class ServiceSources {

  private static final Logger log = LoggerFactory.getLogger(ServiceSources.class);

  private ServiceSources() {}

  static ServiceSource choose(
      Path folder, SluiceFolder home, ServiceOptions options, Optional<ProcessIdentity> owner) {
    boolean containers =
        switch (options.engine()) {
          case NATIVE -> false;
          case CONTAINER -> Docker.require();
          case AUTO -> Docker.answers();
        };
    ServiceSource source =
        containers
            ? new ContainerSource(folder, home, options, owner.isEmpty())
            : NativeSource.in(folder, home, options, owner);
    log.info("Servers: {}", source.describe());
    return source;
  }
}
