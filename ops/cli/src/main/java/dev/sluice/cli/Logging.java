package dev.sluice.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** How much the process logs; the pattern and the quiet libraries are in {@code logback.xml}. */
final class Logging {

  private Logging() {}

  static void configure(boolean verbose) {
    Logger ours = (Logger) LoggerFactory.getLogger("dev.sluice");
    ours.setLevel(verbose ? Level.DEBUG : Level.INFO);
  }
}
