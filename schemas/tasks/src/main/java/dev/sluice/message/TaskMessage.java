package dev.sluice.message;

import dev.sluice.task.TimeLimits;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task on the wire: what its headers say, and its body, still serialised.
 *
 * @param id task id; stays the same across retries, redrives and republishes
 * @param task name of the task type
 * @param version version of the payload, at least 1; set by the producer
 * @param retries attempts that failed so far; raised by the worker at each retry
 * @param eta earliest start; null for at once; set by the producer, moved by a retry
 * @param waited the eta that the delay ladder has waited for already; null when it has not
 * @param expires latest start; null for never; set by the producer
 * @param limits time limits for each attempt; they win over those of the task type
 * @param rootId root of the tree of tasks; the id itself for a task that no other enqueued
 * @param parentId task that enqueued this one; null for none
 * @param ignoreResult whether nobody wants the result
 * @param firstAttempt start of the first attempt; null before the first retry
 * @param redrives how often the task was sent back after it was dead
 * @param priority 0 to 9
 * @param replyTo where Celery's RPC clients expect results; null for nowhere
 * @param headers every other header, unchanged, without those that a broker adds
 * @param contentType MIME type of the body
 * @param contentEncoding character set of the body
 * @param body the serialised payload
 */
public record TaskMessage(
    String id,
    String task,
    int version,
    int retries,
    @Nullable Instant eta,
    @Nullable Instant waited,
    @Nullable Instant expires,
    TimeLimits limits,
    String rootId,
    @Nullable String parentId,
    boolean ignoreResult,
    @Nullable Instant firstAttempt,
    int redrives,
    int priority,
    @Nullable String replyTo,
    Map<String, @Nullable Object> headers,
    String contentType,
    String contentEncoding,
    byte[] body) {

  /** A changeable copy. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** A message with Celery's defaults for everything that is not set. */
  public static Builder builder(String id, String task, byte[] body) {
    return new Builder(
        new TaskMessage(
            id,
            task,
            1,
            0,
            null,
            null,
            null,
            TimeLimits.NONE,
            id,
            null,
            false,
            null,
            0,
            0,
            null,
            Map.of(),
            MessageCodec.JSON,
            MessageCodec.UTF_8,
            body));
  }

  /** Collects the parts of a message. Not thread-safe. */
  public static final class Builder {
    private final TaskMessage from;
    private int version;
    private int retries;
    private @Nullable Instant eta;
    private @Nullable Instant waited;
    private @Nullable Instant expires;
    private TimeLimits limits;
    private String rootId;
    private @Nullable String parentId;
    private boolean ignoreResult;
    private @Nullable Instant firstAttempt;
    private int redrives;
    private int priority;
    private Map<String, @Nullable Object> headers;

    private Builder(TaskMessage from) {
      this.from = from;
      version = from.version;
      retries = from.retries;
      eta = from.eta;
      waited = from.waited;
      expires = from.expires;
      limits = from.limits;
      rootId = from.rootId;
      parentId = from.parentId;
      ignoreResult = from.ignoreResult;
      firstAttempt = from.firstAttempt;
      redrives = from.redrives;
      priority = from.priority;
      headers = from.headers;
    }

    public Builder version(int version) {
      this.version = version;
      return this;
    }

    public Builder retries(int retries) {
      this.retries = retries;
      return this;
    }

    public Builder eta(@Nullable Instant eta) {
      this.eta = eta;
      return this;
    }

    public Builder waited(@Nullable Instant waited) {
      this.waited = waited;
      return this;
    }

    public Builder expires(@Nullable Instant expires) {
      this.expires = expires;
      return this;
    }

    public Builder limits(TimeLimits limits) {
      this.limits = limits;
      return this;
    }

    public Builder rootId(String rootId) {
      this.rootId = rootId;
      return this;
    }

    public Builder parentId(@Nullable String parentId) {
      this.parentId = parentId;
      return this;
    }

    public Builder ignoreResult(boolean ignoreResult) {
      this.ignoreResult = ignoreResult;
      return this;
    }

    public Builder firstAttempt(@Nullable Instant firstAttempt) {
      this.firstAttempt = firstAttempt;
      return this;
    }

    public Builder redrives(int redrives) {
      this.redrives = redrives;
      return this;
    }

    public Builder priority(int priority) {
      this.priority = priority;
      return this;
    }

    /** Replaces every header that this class has no name for. */
    public Builder headers(Map<String, ? extends @Nullable Object> headers) {
      this.headers = Collections.unmodifiableMap(headers);
      return this;
    }

    public TaskMessage build() {
      return new TaskMessage(
          from.id,
          from.task,
          version,
          retries,
          eta,
          waited,
          expires,
          limits,
          rootId,
          parentId,
          ignoreResult,
          firstAttempt,
          redrives,
          priority,
          from.replyTo,
          headers,
          from.contentType,
          from.contentEncoding,
          from.body);
    }
  }
}
