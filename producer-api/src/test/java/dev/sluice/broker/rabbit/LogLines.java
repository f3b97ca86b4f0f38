package dev.sluice.broker.rabbit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What was logged at INFO and above while it is open. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger("dev.sluice.broker");
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

  LogLines() {
    start();
    root.addAppender(this);
  }

  List<String> containing(String text) {
    return events.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.contains(text))
        .toList();
  }

  boolean hasStack() {
    return events.stream().anyMatch(event -> event.getThrowableProxy() != null);
  }

  List<String> all() {
    return containing("");
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
      events.add(event);
    }
  }

  @Override
  public void close() {
    root.detachAppender(this);
  }
}
