package dev.sluice.broker.rabbit;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once that the broker is away, and once that it is back.
 *
 * <p>Threading: written by the supervisor's thread, read by any.
 */
final class Outage {
  private static final Logger log = LoggerFactory.getLogger(RabbitBroker.class);

  private final String url;
  private volatile String detail;
  private @Nullable Kind said;

  private enum Kind {
    AWAY,
    LOGIN
  }

  Outage(String url) {
    this.url = url;
    detail = "connecting to RabbitMQ at " + url;
  }

  /** One sentence on the state of things. */
  String detail() {
    return detail;
  }

  /** The connection is open. */
  void over() {
    if (said != null || !detail.startsWith("connected")) {
      log.info("{} RabbitMQ at {}", said == null ? "Connected to" : "Connected again to", url);
    }
    said = null;
    detail = "connected to RabbitMQ at " + url;
  }

  /** A connection that was open is gone. */
  void lost(String reason) {
    say(Kind.AWAY, "lost the connection to RabbitMQ at " + url + ", trying again: " + reason);
  }

  /** It could not be opened. Returns whether it was the login. */
  boolean failed(Exception error) {
    boolean login =
        error instanceof AuthenticationFailureException
            || error instanceof PossibleAuthenticationFailureException;
    if (login) {
      say(
          Kind.LOGIN,
          "RabbitMQ at "
              + url
              + " refuses the login; correct user, password and virtual host in the broker's URL");
    } else {
      say(
          Kind.AWAY,
          "cannot reach RabbitMQ at "
              + url
              + ", trying again; start it or correct the broker's URL: "
              + Reasons.of(error));
    }
    return login;
  }

  private void say(Kind kind, String sentence) {
    detail = sentence;
    if (said != kind) {
      said = kind;
      log.warn("{}", sentence);
    }
  }
}
