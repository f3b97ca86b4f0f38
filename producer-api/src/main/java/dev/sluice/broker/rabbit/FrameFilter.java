package dev.sluice.broker.rabbit;

import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the client and its socket: makes header integers of type {@code L} readable, and
 * lets one thread write many messages before they are flushed.
 *
 * <p>Threading: as {@link FrameHandler}; {@link #hold} and {@link #release} belong to one thread.
 */
final class FrameFilter implements FrameHandler {
  private final FrameHandler socket;
  private final Socket raw;
  private volatile @Nullable Thread holder;

  FrameFilter(FrameHandler socket, Socket raw) {
    this.socket = socket;
    this.raw = raw;
  }

  /** Ends the connection although a thread is stuck in a write. */
  void cut() {
    try {
      raw.close();
    } catch (IOException e) {
      // Closed is what it should be.
    }
  }

  /** From now on what the calling thread writes is flushed by {@link #release} only. */
  void hold() {
    holder = Thread.currentThread();
  }

  /** Flushes what was held. */
  void release() throws IOException {
    holder = null;
    socket.flush(null);
  }

  @Override
  public Frame readFrame() throws IOException {
    Frame frame = socket.readFrame();
    if (frame != null) {
      LongFields.makeReadable(frame);
    }
    return frame;
  }

  @Override
  public void flush(@Nullable WriteListener listener) throws IOException {
    if (holder != Thread.currentThread()) {
      socket.flush(listener);
    }
  }

  @Override
  public void writeFrame(Frame frame) throws IOException {
    socket.writeFrame(frame);
  }

  @Override
  public boolean internalHearbeat() {
    return socket.internalHearbeat();
  }

  @Override
  public void setTimeout(int millis) throws SocketException {
    socket.setTimeout(millis);
  }

  @Override
  public int getTimeout() throws SocketException {
    return socket.getTimeout();
  }

  @Override
  public void sendHeader() throws IOException {
    socket.sendHeader();
  }

  @Override
  public void initialize(AMQConnection connection) {
    socket.initialize(connection);
  }

  @Override
  public void startProcessing() {
    socket.startProcessing();
  }

  @Override
  public void finishConnectionNegotiation() {
    socket.finishConnectionNegotiation();
  }

  @Override
  public void setFrameMax(int bytes) {
    socket.setFrameMax(bytes);
  }

  @Override
  public void close() {
    socket.close();
  }

  @Override
  public InetAddress getLocalAddress() {
    return socket.getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return socket.getLocalPort();
  }

  @Override
  public InetAddress getAddress() {
    return socket.getAddress();
  }

  @Override
  public int getPort() {
    return socket.getPort();
  }
}
