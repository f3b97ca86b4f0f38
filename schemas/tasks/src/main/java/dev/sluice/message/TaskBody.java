package dev.sluice.message;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parsed body of a task: Celery's {@code [args, kwargs, embed]}.
 *
 * @param args positional arguments
 * @param kwargs named arguments
 * @param embed what follows the task: {@code callbacks}, {@code errbacks}, {@code chain}, {@code
 *     chord}
 */
public record TaskBody(ArrayNode args, ObjectNode kwargs, ObjectNode embed) {}
