package dev.sluice.devservices;

/** Makes servers of one engine and one generation, ready to be started. */
interface ServiceSource {

  RabbitService rabbit();

  DatabaseService database();

  RedisService redis();

  /** A node of a Redis Cluster that is still to be formed; each has a number of its own. */
  RedisService redisNode(int number);

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
