package dev.sluice.devservices;

import java.nio.file.Path;
import java.util.Optional;

/** Chooses what runs the servers. */
final class ServiceSources {

  private ServiceSources() {}

  static ServiceSource choose(
      Path folder, SluiceFolder home, ServiceOptions options, Optional<ProcessIdentity> owner) {
    return NativeSource.in(folder, home, options, owner);
  }
}
