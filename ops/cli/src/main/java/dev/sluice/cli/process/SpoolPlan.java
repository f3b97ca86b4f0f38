package dev.sluice.cli.process;

import dev.sluice.settings.SpoolSettings;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.spool.SpoolOptions.Sync;
import dev.sluice.spool.SpoolOptions.WhenFull;
import java.nio.file.Path;

/** The spool that section {@code spool} describes. */
public final class SpoolPlan {
  private static final int LARGEST_SEGMENT = 16 << 20;
  private static final int SEGMENTS = 8;

  private SpoolPlan() {}

  /**
   * Its options.
   *
   * @param otherwise the folder when the settings name none
   */
  public static SpoolOptions of(SpoolSettings settings, Path otherwise) {
    return SpoolOptions.of(settings.folder().orElse(otherwise))
        .sync(Sync.valueOf(settings.sync().name()))
        .syncInterval(settings.syncInterval())
        .limits(settings.maxBytes(), segmentBytes(settings.maxBytes()))
        .whenFull(WhenFull.valueOf(settings.whenFull().name()))
        .blockFor(settings.blockFor())
        .relay(settings.relay())
        .relayRate(settings.relayRate());
  }

  /** Room is made segment by segment: a small spool has small ones. */
  private static int segmentBytes(long maxBytes) {
    return (int) Math.min(LARGEST_SEGMENT, maxBytes / SEGMENTS);
  }
}
