package dev.sluice.gateway;

/** The kinds of problem a client can meet; its {@link #uri} is what a program tells them by. */
enum ProblemType {
  BAD_REQUEST(400, "bad-request", "The request is wrong"),
  MALFORMED_JSON(400, "malformed-json", "The body is not the JSON that is taken here"),
  UNAUTHENTICATED(401, "unauthenticated", "A valid token is needed"),
  FORBIDDEN(403, "forbidden", "The token does not allow this"),
  NOT_FOUND(404, "not-found", "There is no such thing here"),
  UNKNOWN_TASK(404, "unknown-task", "There is no task of that name"),
  METHOD_NOT_ALLOWED(405, "method-not-allowed", "The method is not allowed here"),
  NOT_ACCEPTABLE(406, "not-acceptable", "Only JSON is served"),
  TIMEOUT(408, "timeout", "The body took too long to arrive"),
  TOO_LARGE(413, "too-large", "The body is too large"),
  URI_TOO_LONG(414, "uri-too-long", "The URI is too long"),
  UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "Only JSON in UTF-8 is taken"),
  INVALID(422, "invalid", "The task cannot be enqueued as it is"),
  KEY_REUSED(422, "idempotency-key-reused", "The idempotency key was used with another body"),
  HEADERS_TOO_LARGE(431, "headers-too-large", "The headers are too large"),
  INTERNAL(500, "internal", "Something is wrong on this side"),
  NO_DATABASE(501, "no-database", "The states of tasks are not known here"),
  FULL(503, "full", "Too much is waiting already"),
  QUEUE_FULL(503, "queue-full", "Too much is waiting in the queue already"),
  OUTCOME_UNKNOWN(503, "outcome-unknown", "The task may be enqueued or not"),
  UNAVAILABLE(503, "unavailable", "It cannot be done now"),
  CLOSING(503, "closing", "The gateway is closing");

  private final int status;
  private final String slug;
  private final String title;

  ProblemType(int status, String slug, String title) {
    this.status = status;
    this.slug = slug;
    this.title = title;
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }

  String uri() {
    return "urn:sluice:problem:" + slug;
  }
}
