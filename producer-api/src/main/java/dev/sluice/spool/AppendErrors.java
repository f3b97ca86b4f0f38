package dev.sluice.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an append says that did not work: what is wrong, and the next step.
 *
 * <p>Threading: stateless.
 */
final class AppendErrors {

  private AppendErrors() {}

  static SpoolException.Failed closed(Path folder) {
    return new SpoolException.Failed(
        "the spool " + folder + " is closed: enqueue before closing it", null);
  }

  static SpoolException.Failed tooLarge(Path folder, int bytes) {
    return new SpoolException.Failed(
        "a message of "
            + bytes
            + " bytes is too large for the spool "
            + folder
            + ": store the data elsewhere and send its id, or raise maxBytes",
        null);
  }

  /** The disk refused it. */
  static SpoolException.Failed refused(Path folder, IOException cause) {
    return new SpoolException.Failed(
        "the spool "
            + folder
            + " could not be written ("
            + cause.getMessage()
            + "; "
            + free(folder)
            + " free): nothing was enqueued; make room on its disk, then enqueue again",
        cause);
  }

  static SpoolException.Full full(Path folder, Room room) {
    return new SpoolException.Full(
        "the spool "
            + folder
            + " is full: "
            + room.bytes()
            + " of "
            + room.maxBytes()
            + " bytes wait for the broker. Nothing was enqueued; see that the broker is up and a"
            + " relay runs (ops/sluice relay "
            + folder
            + "), or raise maxBytes");
  }

  /** A sync failed, and so did writing again what it was for. */
  static SpoolException.Unknown unknown(Path folder, IOException cause) {
    return new SpoolException.Unknown(
        "the disk of the spool "
            + folder
            + " failed to keep what was written ("
            + cause.getMessage()
            + "): it may be published or be lost; look after the disk, then enqueue again with the"
            + " same task id",
        cause);
  }

  private static String free(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace() + " bytes";
    } catch (IOException e) {
      return "unknown space";
    }
  }
}
