package dev.sluice.gateway;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Reads bodies within limits: of each, and of all that are held at once.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class RequestBody {
  // One that came in a single packet or so is not worth counting.
  private static final int SMALL = 16 << 10;
  private static final long SLOWEST_NANOS = Duration.ofSeconds(30).toNanos();
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final long mostHeld;
  private final LongSupplier nanoTime;
  private final AtomicLong held = new AtomicLong();

  /**
   * A reader.
   *
   * @param mostHeld bytes of all large bodies that are read or handled at once
   */
  RequestBody(long mostHeld) {
    this(mostHeld, System::nanoTime);
  }

  RequestBody(long mostHeld, LongSupplier nanoTime) {
    this.mostHeld = mostHeld;
    this.nanoTime = nanoTime;
  }

  /** What is done with a body. */
  @FunctionalInterface
  interface Use {
    void of(byte[] body);
  }

  /**
   * Reads a body and does {@code use}; refuses it as soon as it is over the limit, however much
   * follows.
   *
   * @param limit most bytes
   */
  void read(HttpServletRequest request, int limit, Use use) throws IOException {
    MediaTypes.refuseOtherContent(request);
    long announced = request.getContentLengthLong();
    if (announced > limit) {
      throw tooLarge(limit);
    }
    // A body of unknown length may become as long as any.
    long counted = announced < 0 ? limit : announced;
    if (counted > SMALL && held.addAndGet(counted) > mostHeld) {
      held.addAndGet(-counted);
      throw Problem.of(
              ProblemType.UNAVAILABLE,
              "too many large bodies are being handled; send it again a little later")
          .retryAfter(RETRY)
          .refusal();
    }
    try {
      use.of(bytes(request.getInputStream(), announced, limit));
    } finally {
      if (counted > SMALL) {
        held.addAndGet(-counted);
      }
    }
  }

  private byte[] bytes(InputStream in, long announced, int limit) throws IOException {
    long start = nanoTime.getAsLong();
    int expected = announced < 0 ? 1024 : (int) announced;
    ByteArrayOutputStream body = new ByteArrayOutputStream(Math.max(32, expected));
    byte[] block = new byte[Math.min(8192, Math.max(32, expected))];
    for (int n = in.read(block); n >= 0; n = in.read(block)) {
      if (body.size() + n > limit) {
        throw tooLarge(limit);
      }
      body.write(block, 0, n);
      if (nanoTime.getAsLong() - start > SLOWEST_NANOS) {
        throw Problem.of(ProblemType.TIMEOUT, "the body took more than 30 s; send it faster")
            .refusal();
      }
    }
    return body.toByteArray();
  }

  private static Refusal tooLarge(int limit) {
    return Problem.at(
            ProblemType.TOO_LARGE, JsonPaths.ROOT, "has more than " + limit + " bytes, the limit")
        .refusal();
  }
}
