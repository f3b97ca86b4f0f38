package dev.sluice.cli.demo;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A call of {@code sluice demo} within the test's JVM.
 *
 * @param status exit status
 * @param out standard output
 * @param err standard error
 */
record DemoCall(int status, String out, String err) {

  static DemoCall of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        new CommandLine(new DemoCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new DemoCall(status, out.toString(), err.toString());
  }

  /** The only line of standard output. */
  JsonNode json() {
    List<String> lines = out.lines().toList();
    if (lines.size() != 1) {
      throw new AssertionError("expected one line of JSON, got: " + out + "; errors: " + err);
    }
    return JsonMapper.builder().build().readTree(lines.get(0));
  }
}
