package dev.sluice.cli.process;

import dev.sluice.loop.Loop;
import dev.sluice.settings.SettingsException;
import dev.sluice.settings.SluiceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands settings over when their file has changed: looks at its content every two seconds, so that
 * it makes no difference whether the file is written, replaced, or a link that points elsewhere.
 *
 * <p>Settings that are not valid change nothing; that is told once for each content of the file.
 *
 * <p>Threading: for the loop's thread.
 */
final class SettingsWatch implements Loop {
  static final Duration INTERVAL = Duration.ofSeconds(2);

  /** An editor may be half way through: a change counts when the file has come to rest. */
  static final Duration SETTLING = Duration.ofMillis(300);

  /** Takes settings over. */
  @FunctionalInterface
  interface Taker {

    /**
     * Takes them over.
     *
     * @throws SettingsException when they are not valid; {@link IllegalArgumentException} too
     * @throws SQLException when they shall be given again
     */
    void take(SluiceSettings settings) throws SQLException;
  }

  private final SettingsSource source;
  private final Taker taking;
  private final Consumer<String> refused;
  private byte @Nullable [] handled;
  private byte @Nullable [] lastSeen;

  /**
   * A watch that has seen nothing yet: it hands over what is there, since that may have changed
   * after the process read it.
   *
   * @param refused told why the file was not taken over
   */
  SettingsWatch(SettingsSource source, Taker taking, Consumer<String> refused) {
    this.source = source;
    this.taking = taking;
    this.refused = refused;
  }

  @Override
  public Duration runOnce() throws SQLException {
    byte @Nullable [] content = content(source.file());
    if (Arrays.equals(content, handled)) {
      lastSeen = content;
      return INTERVAL;
    }
    if (!Arrays.equals(content, lastSeen)) {
      lastSeen = content;
      return SETTLING;
    }
    try {
      if (content == null) {
        refused.accept(source.file() + " is gone");
      } else {
        taking.take(source.read().get());
      }
    } catch (SettingsException | IllegalArgumentException e) {
      refused.accept(String.valueOf(e.getMessage()));
    }
    handled = content;
    return INTERVAL;
  }

  /** Null when there is no such file; of one that cannot be read, the reason. */
  private static byte @Nullable [] content(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      return e.toString().getBytes(StandardCharsets.UTF_8);
    }
  }
}
