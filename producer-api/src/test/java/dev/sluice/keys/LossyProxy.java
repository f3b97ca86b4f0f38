package dev.sluice.keys;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a Redis and loses the first reply to a script, with its connection. */
final class LossyProxy implements AutoCloseable {
  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final AtomicInteger lost = new AtomicInteger();
  private final int port;

  LossyProxy(int port) throws IOException {
    this.port = port;
    inBackground(this::accept);
  }

  URI url() {
    return URI.create("redis://127.0.0.1:" + door.getLocalPort());
  }

  int lost() {
    return lost.get();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = door.accept();
      inBackground(() -> serve(client));
    }
  }

  /** One request, one reply: a client that asks for a single command at a time needs no more. */
  private void serve(Socket client) throws IOException {
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
      byte[] buffer = new byte[65_536];
      while (true) {
        int read = client.getInputStream().read(buffer);
        if (read < 0) {
          return;
        }
        boolean script = new String(buffer, 0, read, StandardCharsets.UTF_8).contains("EVAL");
        server.getOutputStream().write(buffer, 0, read);
        InputStream replies = server.getInputStream();
        int reply = replies.read(buffer);
        if (script && lost.compareAndSet(0, 1)) {
          return;
        }
        OutputStream out = client.getOutputStream();
        out.write(buffer, 0, reply);
      }
    }
  }

  private static void inBackground(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException closed) {
                // The test is over.
              }
            },
            "lossy-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private interface Work {
    void run() throws IOException;
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
