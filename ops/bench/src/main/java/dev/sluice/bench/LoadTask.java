package dev.sluice.bench;

import tools.jackson.databind.node.ObjectNode;

/**
 * The task of a user that is enqueued again and again.
 *
 * @param name of its type
 * @param version of the payload
 * @param queue without the namespace
 */
record LoadTask(String name, ObjectNode payload, int version, String queue) {}
