package dev.sluice.testkit;

import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskType;
import java.util.List;

/** Tasks that the tests of this module enqueue. */
final class Samples {
  record Note(String text) {}

  static final TaskType<Note> NOTE = TaskType.of("notes.take", Note.class).queue("notes");
  static final TaskType<Note> FOLLOW_UP = TaskType.of("notes.file", Note.class).queue("files");

  private Samples() {}

  static Message message(String id, String task) {
    return MessageCodec.encode(message(id).apply(task));
  }

  static java.util.function.Function<String, TaskMessage> message(String id) {
    byte[] body = new PayloadCodec().encode(new Note("hello"));
    return task -> TaskMessage.builder(id, task, body).build();
  }

  static List<TaskOutcome.Kind> kinds(SluiceTest sluice, String taskId) {
    return sluice.outcomes(taskId).stream().map(TaskOutcome::kind).toList();
  }
}
