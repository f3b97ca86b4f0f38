package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.gateway.RequestBody.Use;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
  private static final int LIMIT = 60_000;

  private final RequestBody bodies = new RequestBody(100_000);

  @Test
  void large_bodies_that_are_held_at_once_have_a_limit() throws IOException {
    AtomicInteger status = new AtomicInteger();

    bodies.read(
        request(55_000, 55_000),
        LIMIT,
        outer -> status.set(refused(request(50_000, 50_000), inner -> {}).status()));

    assertThat(status).hasValue(503);
    assertThat(read(request(50_000, 50_000))).isEqualTo(50_000);
  }

  @Test
  void small_bodies_are_read_however_much_is_held() throws IOException {
    AtomicInteger length = new AtomicInteger();

    bodies.read(
        request(60_000, 60_000), LIMIT, outer -> length.set(readQuietly(request(1000, 1000))));

    assertThat(length).hasValue(1000);
  }

  @Test
  void a_body_of_unknown_length_counts_as_the_longest() throws IOException {
    AtomicInteger status = new AtomicInteger();

    bodies.read(
        request(10, -1),
        LIMIT,
        outer -> status.set(refused(request(55_000, 55_000), inner -> {}).status()));

    assertThat(status).hasValue(503);
  }

  @Test
  void what_a_refused_body_held_is_free_again() throws IOException {
    for (int i = 0; i < 10; i++) {
      assertThat(refused(request(LIMIT + 1, -1), body -> {}).status()).isEqualTo(413);
      assertThat(
              refused(
                      request(50_000, 50_000),
                      body -> {
                        throw StrictJson.malformed("$", "no");
                      })
                  .status())
          .isEqualTo(400);
    }
    assertThat(read(request(60_000, 60_000))).isEqualTo(60_000);
  }

  @Test
  void a_body_that_trickles_is_refused_before_it_holds_a_thread_for_long() {
    AtomicLong now = new AtomicLong();
    RequestBody patient =
        new RequestBody(100_000, () -> now.getAndAdd(Duration.ofSeconds(9).toNanos()));

    Refusal refusal =
        catchThrowableOfType(
            Refusal.class, () -> patient.read(request(50_000, 50_000), LIMIT, body -> {}));

    assertThat(refusal.problem().type()).isEqualTo(ProblemType.TIMEOUT);
  }

  private Problem refused(HttpServletRequest request, Use use) {
    return catchThrowableOfType(Refusal.class, () -> bodies.read(request, LIMIT, use)).problem();
  }

  private int read(HttpServletRequest request) throws IOException {
    AtomicInteger length = new AtomicInteger();
    bodies.read(request, LIMIT, body -> length.set(body.length));
    return length.get();
  }

  private int readQuietly(HttpServletRequest request) {
    try {
      return read(request);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A request with a body of spaces. */
  private static HttpServletRequest request(int bytes, int announced) {
    InputStream body =
        new ByteArrayInputStream(" ".repeat(bytes).getBytes(StandardCharsets.US_ASCII));
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            RequestBodyTest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getContentType" -> "application/json";
                  case "getHeader" -> null;
                  case "getContentLengthLong" -> (long) announced;
                  case "getInputStream" -> new Body(body);
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static final class Body extends ServletInputStream {
    private final InputStream bytes;

    Body(InputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
      return bytes.read();
    }

    @Override
    public boolean isFinished() {
      return false;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new UnsupportedOperationException();
    }
  }
}
