package dev.sluice.devservices;

/** Makes servers of one engine and one generation, ready to be started. */
interface ServiceSource {

  RabbitService rabbit();

  DatabaseService database();

  RedisService redis();

  /** Which engine, for messages. */
  String describe();

  default Service of(ServiceKind kind) {
    return switch (kind) {
      case RABBIT -> rabbit();
      case DATABASE -> database();
      case REDIS -> redis();
    };
  }
}
