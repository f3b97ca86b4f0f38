package dev.sluice.worker.sql;

import dev.sluice.message.MalformedMessage;
import dev.sluice.message.TaskBody;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a task's arguments as its parameters want them: by name, or by position in the order of the
 * parameters. Arguments that no parameter takes are ignored.
 *
 * <p>Threading: immutable.
 */
record ArgumentReader(String task, List<SqlParameter> parameters) {

  SqlArguments read(TaskBody body) throws MalformedMessage {
    int positional = body.args().size();
    if (positional > parameters.size()) {
      throw new MalformedMessage(
          "body[0]", task + " takes " + parameters.size() + " arguments, got " + positional);
    }
    List<@Nullable Object> values = new ArrayList<>(parameters.size());
    for (int i = 0; i < parameters.size(); i++) {
      SqlParameter parameter = parameters.get(i);
      JsonNode named = body.kwargs().get(parameter.argument());
      if (i < positional && named != null) {
        throw new MalformedMessage(
            "body[0][" + i + "]", "'" + parameter.argument() + "' is given twice");
      }
      String path = i < positional ? "body[0][" + i + "]" : "body[1]." + parameter.argument();
      values.add(value(parameter, i < positional ? body.args().get(i) : named, path));
    }
    return new SqlArguments(values);
  }

  private static @Nullable Object value(
      SqlParameter parameter, @Nullable JsonNode argument, String path) throws MalformedMessage {
    try {
      return parameter.value(argument);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage(path, String.valueOf(e.getMessage()));
    }
  }
}
