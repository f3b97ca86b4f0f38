package dev.sluice.scheduler;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/**
 * Which scheduler this is.
 *
 * @param origin process and host, as producers name themselves
 * @param id unique among all schedulers, also those of one process
 */
record Instance(String origin, String id) {

  static Instance ofThisProcess() {
    String origin = ProcessHandle.current().pid() + "@" + host();
    return new Instance(origin, origin + "-" + UUID.randomUUID().toString().substring(0, 8));
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
