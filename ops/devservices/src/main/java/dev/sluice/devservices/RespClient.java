package dev.sluice.devservices;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * One connection to a Redis on this machine, for a few commands whose words have no blanks.
 *
 * <p>Threading: for one thread.
 */
final class RespClient implements AutoCloseable {
  private static final int MILLIS = 5_000;

  private final Socket socket = new Socket();
  private final InputStream replies;

  RespClient(int port) throws IOException {
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), MILLIS);
      socket.setSoTimeout(MILLIS);
      replies = new BufferedInputStream(socket.getInputStream());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Sends a command and gives its reply as text.
   *
   * @throws IOException if it is an error or a list, or does not come
   */
  String call(String command) throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
    String line = line();
    return switch (line.charAt(0)) {
      case '+', ':' -> line.substring(1);
      case '$' -> bulk(Integer.parseInt(line.substring(1)));
      default -> throw new IOException("Redis answers " + command + " with " + line);
    };
  }

  private String bulk(int length) throws IOException {
    byte[] text = replies.readNBytes(length);
    replies.skipNBytes(2);
    return new String(text, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = replies.read(); next != '\n'; next = replies.read()) {
      if (next < 0) {
        throw new EOFException("Redis closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    if (line.isEmpty()) {
      throw new IOException("Redis sent an empty line");
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
