package dev.sluice.worker.governor;

import dev.sluice.devservices.DevServices;
import java.net.URI;

class SharedLimitsIT extends SharedLimitsContract {

  @Override
  URI url() {
    return URI.create(DevServices.shared().redis().url());
  }
}
