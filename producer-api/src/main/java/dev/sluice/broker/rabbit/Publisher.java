package dev.sluice.broker.rabbit;

import dev.sluice.broker.BrokerException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes: callers queue messages, one thread writes them and flushes when the queue is empty,
 * another tells callers of the answers. Messages that were not written survive a change of
 * connection until their time is up; those that were are unknown.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class Publisher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Publisher.class);
  private static final int FLUSH_EVERY = 256;

  private final RabbitOptions options;
  private final Runnable onChannelClosed;
  private final Semaphore window;
  private final Completions completions = new Completions();
  private final Thread writer = new Thread(this::write, "sluice-publisher");
  private final Object lock = new Object();
  private final ArrayDeque<Pending> queue = new ArrayDeque<>();
  private boolean writerWaits;
  private boolean blocked;
  private boolean closed;
  private @Nullable Channels channels;

  /** Since when the writer has been in one write; 0 when it is in none. */
  private volatile long writingSince;

  /**
   * The open channels: one for queues, one for exchanges, since a missing exchange closes its
   * channel.
   */
  record Channels(FrameFilter filter, PublishChannel toQueues, PublishChannel toExchanges) {
    boolean open() {
      return toQueues.isOpen() && toExchanges.isOpen();
    }
  }

  Publisher(RabbitOptions options, Runnable onChannelClosed) {
    this.options = options;
    this.onChannelClosed = onChannelClosed;
    window = new Semaphore(options.window());
    writer.setDaemon(true);
    writer.start();
  }

  CompletableFuture<Void> publish(Pending pending) {
    if (!window.tryAcquire() && !awaitWindow()) {
      return CompletableFuture.failedFuture(
          new BrokerException.Unavailable(
              options.window() + " messages are unconfirmed: " + unavailable(), null));
    }
    synchronized (lock) {
      if (closed) {
        window.release();
        return CompletableFuture.failedFuture(
            new BrokerException.Unavailable("the broker connection is closed by us", null));
      }
      queue.add(pending);
      if (writerWaits) {
        lock.notifyAll();
      }
    }
    return pending;
  }

  int unconfirmed() {
    return options.window() - window.availablePermits();
  }

  boolean isBlocked() {
    synchronized (lock) {
      return blocked;
    }
  }

  boolean isOpen() {
    synchronized (lock) {
      return channels != null && channels.open();
    }
  }

  /** The channels in use, open or not; null before the first connection. */
  @Nullable Channels channels() {
    synchronized (lock) {
      return channels;
    }
  }

  /** Writes to these channels from now on. */
  void use(Channels opened) {
    synchronized (lock) {
      channels = opened;
      lock.notifyAll();
    }
  }

  void blocked(boolean nowBlocked) {
    synchronized (lock) {
      blocked = nowBlocked;
      lock.notifyAll();
    }
  }

  void channelClosed() {
    onChannelClosed.run();
  }

  /** The broker's answer to messages that were written: null for stored. */
  void answered(List<Pending> answered, @Nullable BrokerException failure) {
    List<Pending> told = new ArrayList<>(answered.size());
    for (Pending pending : answered) {
      if (pending.answered(failure)) {
        told.add(pending);
      }
    }
    window.release(told.size());
    completions.add(told);
  }

  /** Gives up what has waited too long; to be called often. */
  void sweep(long nanoTime) {
    long notWrittenBefore = nanoTime - options.blockedTimeout().toNanos();
    List<Pending> late = new ArrayList<>(0);
    Channels open;
    synchronized (lock) {
      while (!queue.isEmpty() && queue.peek().madeAt - notWrittenBefore < 0) {
        Pending oldest = queue.remove();
        if (oldest.giveUp(new BrokerException.Unavailable(unavailable(), null))) {
          late.add(oldest);
        }
      }
      open = channels;
    }
    window.release(late.size());
    completions.add(late);
    long unansweredBefore = nanoTime - options.confirmTimeout().toNanos();
    if (open != null) {
      unanswered(open.toQueues().writtenBefore(unansweredBefore));
      unanswered(open.toExchanges().writtenBefore(unansweredBefore));
      long since = writingSince;
      if (since != 0 && since - unansweredBefore < 0) {
        log.warn(
            "RabbitMQ at {} has read nothing for {} s: the publishing connection is closed",
            options.maskedUrl(),
            options.confirmTimeout().toSeconds());
        open.filter().cut();
      }
    }
  }

  /** Waits for outstanding confirms, at most {@code nanos}, then ends both threads. */
  void drain(long nanos) {
    try {
      if (window.tryAcquire(options.window(), nanos, TimeUnit.NANOSECONDS)) {
        window.release(options.window());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    List<Pending> left;
    synchronized (lock) {
      closed = true;
      left = new ArrayList<>(queue);
      queue.clear();
      lock.notifyAll();
    }
    left.removeIf(
        pending ->
            !pending.giveUp(
                new BrokerException.Unavailable("the broker connection is closed by us", null)));
    window.release(left.size());
    completions.add(left);
    Threads.join(writer);
    completions.close();
  }

  private boolean awaitWindow() {
    try {
      return window.tryAcquire(options.blockedTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void unanswered(List<Pending> late) {
    if (!late.isEmpty()) {
      answered(
          late,
          new BrokerException.Unknown(
              "RabbitMQ did not confirm the message within "
                  + options.confirmTimeout().toSeconds()
                  + " s, it may be stored; publish it again with the same id",
              null));
    }
  }

  private String unavailable() {
    String url = options.maskedUrl();
    if (isBlocked()) {
      return "RabbitMQ at "
          + url
          + " blocks publishers: it is short of memory or disk; free some, then publish again";
    }
    return isOpen()
        ? "RabbitMQ at " + url + " is slow to confirm; publish again later"
        : "RabbitMQ at " + url + " cannot be reached; start it or correct the URL";
  }

  private void write() {
    while (true) {
      Channels open;
      synchronized (lock) {
        while (!closed && (queue.isEmpty() || blocked || channels == null || !channels.open())) {
          writerWaits = true;
          try {
            lock.wait();
          } catch (InterruptedException e) {
            return;
          }
        }
        writerWaits = false;
        if (closed) {
          return;
        }
        open = channels;
      }
      try {
        writeQueued(open);
      } catch (IOException | RuntimeException e) {
        // What was written is answered for by the channel's end.
        log.debug("Publishing was interrupted", e);
      }
      writingSince = 0;
    }
  }

  private void writeQueued(Channels open) throws IOException {
    open.filter().hold();
    try {
      for (int written = 0; written < FLUSH_EVERY; written++) {
        Pending pending = next(open);
        if (pending == null || !write(open, pending)) {
          return;
        }
      }
    } finally {
      open.filter().release();
    }
  }

  private @Nullable Pending next(Channels open) {
    synchronized (lock) {
      return blocked || channels != open || closed ? null : queue.poll();
    }
  }

  private boolean write(Channels open, Pending pending) throws IOException {
    long now = System.nanoTime();
    if (!pending.writing(now)) {
      return true;
    }
    writingSince = now;
    PublishChannel channel = pending.mandatory ? open.toQueues() : open.toExchanges();
    if (channel.write(pending)) {
      return true;
    }
    pending.notWritten();
    synchronized (lock) {
      queue.addFirst(pending);
    }
    return false;
  }
}
