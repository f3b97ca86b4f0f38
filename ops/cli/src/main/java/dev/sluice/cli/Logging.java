package dev.sluice.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** How much the process logs; the pattern and the quiet libraries are in {@code logback.xml}. */
final class Logging {

  private Logging() {}

  /** A command that a person waits for: warnings alone, unless asked for more. */
  static void configure(boolean verbose) {
    ours().setLevel(verbose ? Level.DEBUG : Level.WARN);
  }

  /** A process that runs for long: its life as well. */
  static void ofProcess() {
    if (!ours().isDebugEnabled()) {
      ours().setLevel(Level.INFO);
    }
  }

  private static Logger ours() {
    return (Logger) LoggerFactory.getLogger("dev.sluice");
  }
}
