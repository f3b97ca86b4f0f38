package dev.sluice.worker.retention;

import org.jspecify.annotations.Nullable;

/**
 * How far a run is.
 *
 * @param cut the cut that it is at, counted from 0
 * @param pieces how many pieces it has done, so that no position is like the last one
 * @param rows how many rows went
 * @param behindSeconds of the cuts that are done, the worst: how much older the oldest row left was
 *     than what was to go when the run began; negative when it was younger
 * @param within where the cut is; null at its beginning
 */
record RunPosition(int cut, long pieces, long rows, long behindSeconds, @Nullable String within) {
  private static final RunPosition START =
      new RunPosition(0, 0, 0, Cut.Piece.NOTHING_LEFT.toSeconds(), null);

  private static final int FIELDS = 5;

  static RunPosition of(@Nullable String text) {
    if (text == null) {
      return START;
    }
    String[] fields = text.split(" ", FIELDS);
    return new RunPosition(
        Integer.parseInt(fields[0]),
        Long.parseLong(fields[1]),
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        fields[4].isEmpty() ? null : fields[4]);
  }

  String text() {
    return "%d %d %d %d %s"
        .formatted(cut, pieces, rows, behindSeconds, within == null ? "" : within);
  }

  RunPosition after(Cut.Piece piece) {
    boolean end = piece.position() == null;
    return new RunPosition(
        end ? cut + 1 : cut,
        pieces + 1,
        rows + piece.rows(),
        end ? Math.max(behindSeconds, piece.behind().toSeconds()) : behindSeconds,
        piece.position());
  }
}
