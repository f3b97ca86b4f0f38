package dev.sluice.devservices;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds TCP ports that nobody on this machine listens on.
 *
 * <p>They lie below the range from which systems take the local ports of outgoing connections: a
 * client that reconnects to a stopped server must neither take the server's port nor reach itself.
 *
 * <p>Threading: safe; a port is never handed out twice in one JVM.
 */
final class FreePorts {

  static final int LOWEST = 12_000;
  static final int HIGHEST = 30_000;

  private static final int TRIES = 500;
  private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  /** A port that is free on the loopback address now. */
  static int next() {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(port) && TAKEN.add(port)) {
        return port;
      }
    }
    throw new DevServicesException(
        "Found no free TCP port between %d and %d in %d tries; end some of the programs that listen there"
            .formatted(LOWEST, HIGHEST, TRIES));
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException inUse) {
      return false;
    }
  }
}
