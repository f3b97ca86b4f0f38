package dev.sluice.bench.load;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection, with at most one request on it.
 *
 * <p>Threading: for the event loop's thread.
 */
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpResponse> {
  private final HttpTarget target;
  private final boolean kept;
  private final Consumer<HttpConnection> free;
  private final Runnable closed;
  private @Nullable ChannelHandlerContext context;
  private @Nullable HttpExchange current;

  /**
   * A connection.
   *
   * @param kept whether more than one request goes over it
   * @param free hears that the next request may be sent
   * @param closed hears its end
   */
  HttpConnection(HttpTarget target, boolean kept, Consumer<HttpConnection> free, Runnable closed) {
    this.target = target;
    this.kept = kept;
    this.free = free;
    this.closed = closed;
  }

  boolean isOpen() {
    return context != null && context.channel().isActive();
  }

  void send(HttpExchange exchange) {
    current = exchange;
    if (context != null) {
      context.writeAndFlush(target.post(exchange.json(), !kept));
    }
  }

  void close() {
    if (context != null) {
      context.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext connected) {
    context = connected;
    free.accept(this);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext connected, FullHttpResponse response) {
    HttpExchange answered = current;
    current = null;
    if (answered != null) {
      answered.answered(response.status().code(), ByteBufUtil.getBytes(response.content()));
    }
    if (kept && HttpUtil.isKeepAlive(response)) {
      free.accept(this);
    } else {
      connected.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext connected) {
    fail("closed before the answer");
    closed.run();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext connected, Throwable cause) {
    fail(cause.getClass().getSimpleName() + ": " + cause.getMessage());
    connected.close();
  }

  private void fail(String reason) {
    HttpExchange unanswered = current;
    current = null;
    if (unanswered != null) {
      unanswered.failed(reason);
    }
  }
}
