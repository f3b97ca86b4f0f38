package dev.sluice.cli.demo;

import dev.sluice.devservices.Generation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the demo does.
 *
 * @param graph edge list; null for a generated graph
 * @param undirected whether each edge of the file holds both ways
 * @param users users of a generated graph
 * @param posts posts to publish
 * @param seed of the graph and the posts
 * @param services whether to run on real servers, with the worker in a process of its own
 * @param redisCluster whether Redis is a cluster of six nodes, started for the demo
 * @param servers start servers of this generation; null for those that are named, or the machine's
 * @param exit whether to end when all is done
 * @param json whether the summary goes to standard output as JSON
 * @param killWorker how often the worker process is killed on the way
 * @param restartBroker whether RabbitMQ is restarted on the way
 */
record DemoOptions(
    @Nullable Path graph,
    boolean undirected,
    int users,
    int posts,
    long seed,
    boolean services,
    boolean redisCluster,
    @Nullable Generation servers,
    boolean exit,
    boolean json,
    int killWorker,
    boolean restartBroker) {

  /** Redis keys, queues and exchanges of the demo start with it. */
  static final String NAMESPACE = "demo";

  /** Recipients of a chunk, unless the graph is so small that nobody has as many followers. */
  static final int CHUNK = 500;
}
