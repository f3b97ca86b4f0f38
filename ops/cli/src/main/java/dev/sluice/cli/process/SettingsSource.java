package dev.sluice.cli.process;

import dev.sluice.settings.SluiceSettings;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Where the settings of a process come from, to be read again when the file has changed.
 *
 * @param file the file, whether it is there or not
 * @param read reads the file, if there is one, and the variables
 */
public record SettingsSource(Path file, Supplier<SluiceSettings> read) {}
