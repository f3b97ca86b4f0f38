package dev.sluice.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads the client's exceptions. */
final class Reasons {
  static final int NOT_FOUND = 404;
  static final int OTHER_ARGUMENTS = 406;

  private Reasons() {}

  /** One line for a person. */
  static String of(Throwable error) {
    ShutdownSignalException signal = signal(error);
    if (signal != null) {
      if (signal.getReason() instanceof AMQP.Channel.Close close) {
        return close.getReplyText();
      }
      if (signal.getReason() instanceof AMQP.Connection.Close close) {
        return close.getReplyText();
      }
      Throwable cause = signal.getCause();
      return cause == null ? "connection closed" : "connection lost (" + cause.getMessage() + ")";
    }
    if (error instanceof TimeoutException) {
      return "no answer in time";
    }
    String message = error.getMessage();
    return message == null ? error.getClass().getSimpleName() : message;
  }

  /** The code with which the broker closed the channel; 0 when it did not. */
  static int closeCode(Throwable error) {
    ShutdownSignalException signal = signal(error);
    return signal != null && signal.getReason() instanceof AMQP.Channel.Close close
        ? close.getReplyCode()
        : 0;
  }

  private static @Nullable ShutdownSignalException signal(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof ShutdownSignalException signal) {
        return signal;
      }
    }
    return null;
  }
}
