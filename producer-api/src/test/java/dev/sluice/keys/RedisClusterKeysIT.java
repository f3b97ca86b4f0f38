package dev.sluice.keys;

import dev.sluice.devservices.DevServices;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

class RedisClusterKeysIT extends KeysContract {
  private final RedisKeys keys =
      RedisKeys.open(
          URI.create(DevServices.shared().redisCluster().url()),
          "t" + UUID.randomUUID().toString().substring(0, 8));

  @AfterEach
  void close() {
    keys.close();
  }

  @Override
  KeyStore store() {
    return keys;
  }
}
