package dev.sluice.producer;

import dev.sluice.message.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** Which headers an application may set. */
final class CustomHeaders {
  // A header frame must fit into AMQP's smallest usual frame of 128 KiB; one that does not closes
  // the channel, with everything else on it.
  private static final int MAX_BYTES = 64 << 10;
  private static final int MAX_NAME_BYTES = 255;

  private static final Set<String> CELERY =
      Set.of(
          Headers.TASK,
          Headers.ID,
          Headers.LANG,
          Headers.ETA,
          Headers.EXPIRES,
          Headers.RETRIES,
          Headers.TIMELIMIT,
          Headers.ROOT_ID,
          Headers.PARENT_ID,
          Headers.IGNORE_RESULT,
          Headers.ORIGIN,
          Headers.COMPRESSION,
          "group",
          "group_index",
          "chord",
          "chain",
          "callbacks",
          "errbacks",
          "shadow",
          "meth",
          "argsrepr",
          "kwargsrepr",
          "stamps",
          "stamped_headers",
          "replaced_task_nesting");

  private CustomHeaders() {}

  static void check(String task, Map<String, String> headers) {
    int bytes = 0;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      String name = header.getKey();
      int nameBytes = name.getBytes(StandardCharsets.UTF_8).length;
      if (CELERY.contains(name) || name.startsWith("sluice-") || Headers.addedByBroker(name)) {
        throw new IllegalArgumentException(
            "task " + task + ": header '" + name + "' is reserved; choose another name");
      }
      if (nameBytes == 0 || nameBytes > MAX_NAME_BYTES) {
        throw new IllegalArgumentException(
            "task " + task + ": a header's name must have 1 to 255 bytes, '" + name + "' has not");
      }
      bytes += nameBytes + header.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "task "
              + task
              + ": headers take "
              + bytes
              + " bytes, at most "
              + MAX_BYTES
              + " are allowed; put data into the payload");
    }
  }
}
