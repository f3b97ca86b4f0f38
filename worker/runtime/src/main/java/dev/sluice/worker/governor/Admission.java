package dev.sluice.worker.governor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Everything that one attempt, or one batch, holds of the {@link Governor}. */
public final class Admission implements Permit {
  // Given back in the opposite order.
  private final Deque<Permit> held = new ArrayDeque<>(3);
  private @Nullable RowPermit rows;

  Admission() {}

  void add(Permit permit) {
    held.push(permit);
  }

  void rows(RowPermit permit) {
    rows = permit;
    add(permit);
  }

  /** The permit of the database that it asked for. */
  public RowPermit rows() {
    return Objects.requireNonNull(rows, "it did not ask for a database");
  }

  @Override
  public void close() {
    Permit permit;
    while ((permit = held.poll()) != null) {
      permit.close();
    }
  }
}
