package dev.sluice.producer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Some tasks of a call that enqueues many were not accepted; says which. */
public final class EnqueueIncomplete extends EnqueueException {
  private static final long serialVersionUID = 1L;

  private final ArrayList<TaskHandle> accepted;
  private final LinkedHashMap<String, EnqueueException> failed;
  private final LinkedHashMap<String, EnqueueUnknown> unknown;

  EnqueueIncomplete(
      List<TaskHandle> accepted,
      Map<String, EnqueueException> failed,
      Map<String, EnqueueUnknown> unknown) {
    super(
        first(failed, unknown).taskId(),
        accepted.size()
            + " tasks were accepted, "
            + failed.size()
            + " were not and "
            + unknown.size()
            + " are unknown; enqueue the latter two kinds again, with their task ids. The first: "
            + first(failed, unknown).getMessage(),
        first(failed, unknown));
    this.accepted = new ArrayList<>(accepted);
    this.failed = new LinkedHashMap<>(failed);
    this.unknown = new LinkedHashMap<>(unknown);
  }

  /** Tasks that are stored, in the order of the call. */
  public List<TaskHandle> accepted() {
    return List.copyOf(accepted);
  }

  /** Tasks that are certainly not stored, by task id, in the order of the call. */
  public Map<String, EnqueueException> failed() {
    return new LinkedHashMap<>(failed);
  }

  /** Tasks that may be stored, by task id, in the order of the call. */
  public Map<String, EnqueueUnknown> unknown() {
    return new LinkedHashMap<>(unknown);
  }

  private static EnqueueException first(
      Map<String, EnqueueException> failed, Map<String, EnqueueUnknown> unknown) {
    return failed.isEmpty()
        ? unknown.values().iterator().next()
        : failed.values().iterator().next();
  }
}
