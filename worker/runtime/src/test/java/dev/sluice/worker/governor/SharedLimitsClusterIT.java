package dev.sluice.worker.governor;

import dev.sluice.devservices.DevServices;
import java.net.URI;

class SharedLimitsClusterIT extends SharedLimitsContract {

  @Override
  URI url() {
    return URI.create(DevServices.shared().redisCluster().url());
  }
}
