package dev.sluice.cli;

import dev.sluice.message.Message;
import dev.sluice.worker.dead.DeadTask;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A dead task as it is printed: names in the order people read them. */
final class DeadTaskView {

  private DeadTaskView() {}

  static Map<String, @Nullable Object> of(DeadTask task) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("entry", task.id());
    view.put("task_id", task.taskId());
    view.put("task", task.taskName());
    view.put("queue", task.queue());
    view.put("state", task.state().name());
    view.put("reason", task.reason());
    view.put("detail", task.detail());
    view.put("exception", task.exception());
    view.put("transient", task.causeTransient());
    view.put("attempts", task.attempts());
    view.put("redrives", task.redrives());
    view.put("auto_redrives", task.autoRedrives());
    view.put("worker", task.worker());
    view.put("died_at", task.deadAt().toString());
    view.put("state_at", task.stateAt().toString());
    view.put("clipped", task.clipped());
    return view;
  }

  /** With message and stack trace. */
  static Map<String, @Nullable Object> whole(DeadTask task, Optional<Message> message) {
    Map<String, @Nullable Object> view = of(task);
    message.ifPresent(
        m -> {
          Map<String, String> headers = new LinkedHashMap<>();
          m.headers().forEach((name, value) -> headers.put(name, String.valueOf(value)));
          view.put("headers", headers);
          view.put("body", body(m.body()));
        });
    view.put("stack", task.stack());
    return view;
  }

  private static String body(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      return "base64:" + Base64.getEncoder().encodeToString(body);
    }
  }
}
