package dev.sluice.worker.fanout;

/**
 * Where a lane stands: the last recipient of a tier. Written as {@code TIER:ID}.
 *
 * @param tier from 0
 * @param id the last recipient that was written to, or what lies before the first
 */
record Cursor(int tier, long id) {

  static Cursor of(String position) {
    int colon = position.indexOf(':');
    return new Cursor(
        Integer.parseInt(position.substring(0, colon)),
        Long.parseLong(position.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return tier + ":" + id;
  }
}
