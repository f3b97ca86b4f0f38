package dev.sluice.gateway;

import tools.jackson.databind.node.ObjectNode;

/**
 * A task that a client wants to have enqueued.
 *
 * @param name name of the task
 * @param kwargs its payload
 * @param options how
 * @param place where it stood
 */
record TaskRequest(String name, ObjectNode kwargs, TaskOptions options, Place place) {

  /**
   * Where the parts of a task stood, for who has to put one right.
   *
   * @param name its name
   * @param payload its payload
   * @param key its idempotency key
   */
  record Place(String name, String payload, String key) {
    /** Of the one task of a request. */
    static final Place ALONE =
        new Place("path.name", JsonPaths.ROOT, "header." + RequestOptions.KEY_HEADER);

    /** Of a task of a batch. */
    static Place inBatch(String path) {
      return new Place(path + ".name", path + ".kwargs", path + "." + OptionReader.KEY);
    }
  }
}
