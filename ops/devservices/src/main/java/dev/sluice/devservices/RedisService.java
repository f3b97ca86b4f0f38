package dev.sluice.devservices;

import java.nio.file.Path;

/**
 * A private Redis (or Valkey) that keeps an append-only file.
 *
 * <p>Threading: safe.
 */
public final class RedisService extends Service {

  RedisService(Server server, Path folder, int port) {
    super(ServiceKind.REDIS, server, folder, port);
  }

  @Override
  public String url() {
    return "redis://127.0.0.1:" + port();
  }

  @Override
  String handshake() throws Exception {
    return Handshake.with(kind(), url());
  }
}
