package dev.sluice.bench.load;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends HTTP requests at a fixed rate, whatever becomes of the earlier ones. One thread paces, one
 * does all input and output, so that it takes little of a processor that it shares with the server.
 *
 * <p>Threading: runs of one instance follow each other.
 */
public final class HttpLoad implements AutoCloseable {
  private static final int LARGEST_ANSWER = 1 << 20;
  private static final int SPARE_DESCRIPTORS = 200;
  private static final int CONNECT_MILLIS = 10_000;
  private static final Duration OPEN_PATIENCE = Duration.ofMinutes(1);
  private static final long LEAD_NANOS = 5_000_000;

  private final HttpTarget target;
  private final Duration patience;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();

  /**
   * A load on one server.
   *
   * @param patience how long after its last request a run waits for answers
   */
  public HttpLoad(HttpTarget target, Duration patience) {
    this.target = target;
    this.patience = patience;
  }

  /**
   * Opens connections that are kept alive.
   *
   * @throws IOException when one cannot be opened
   * @throws IllegalStateException when the process may not have so many
   */
  public HttpConnections kept(int size) throws IOException, InterruptedException {
    checkDescriptors(size);
    KeptConnections connections = new KeptConnections(this::connect, target, size);
    loop.execute(connections::open);
    try {
      connections.ready().get(OPEN_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return connections;
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(
          "%,d connections to %s could not be opened: %s"
              .formatted(size, target.address(), e.getCause() == null ? e : e.getCause()),
          e);
    }
  }

  /** A new connection for each request. */
  public HttpConnections fresh() {
    return new FreshConnections(this::connect, target, loop);
  }

  /** Closes connections that were kept, and those of requests that were given up. */
  public void close(HttpConnections connections) throws InterruptedException {
    loop.submit(connections::close).await();
  }

  /** Sends a request for each call of {@code pace}, with the bodies in turn. */
  public HttpOutcome run(Pace pace, HttpConnections connections, List<byte[]> bodies)
      throws Exception {
    long start = System.nanoTime() + LEAD_NANOS;
    HttpTally tally = new HttpTally(new Timings(pace, start));
    pace.run(
        start,
        0,
        1,
        (number, due) ->
            loop.execute(
                () ->
                    connections.send(
                        new HttpExchange(tally, bodies.get(number % bodies.size()), due))));
    loop.execute(tally::allMade);
    try {
      return tally.outcome().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      loop.execute(tally::giveUp);
      return tally.outcome().get();
    }
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private ChannelFuture connect(HttpConnection connection) {
    return new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpClientCodec(),
                        new HttpObjectAggregator(LARGEST_ANSWER),
                        connection);
              }
            })
        .connect(target.address());
  }

  private static void checkDescriptors(int size) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount();
      if (free < size + SPARE_DESCRIPTORS) {
        throw new IllegalStateException(
            "%,d connections need as many file descriptors and this process may open %,d more: raise"
                    .formatted(size, free)
                + " the limit with `ulimit -n %d`, as root with `ulimit -Hn` first"
                    .formatted(size + 2 * SPARE_DESCRIPTORS));
      }
    }
  }
}
