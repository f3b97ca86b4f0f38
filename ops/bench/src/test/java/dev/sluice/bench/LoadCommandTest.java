package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.settings.DurationText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is wrong is said before anything is enqueued. */
class LoadCommandTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --task a.task --rate 0                  | --rate must be above 0
          --task a.task --rate -5                 | --rate must be above 0
          --task a.task --rate NaN                | --rate must be above 0
          --task a.task --rate 2000000            | at most 1,000,000 tasks a second
          --task a.task --rate many               | Invalid value for option '--rate'
          --task a.task --rate 10 --ramp -1       | --ramp must not be below 0
          --task a.task --rate 10 --for 0s        | --for must be longer than 0
          --task a.task --rate 10 --for soon      | write a whole number and ms, s, m, h or d
          --task a.task --rate 0.1 --for 1s       | not a single task is due
          --task a.task --rate 10 --kwargs [1]    | --kwargs must be a JSON object
          --task a.task --rate 10 --kwargs {oops  | --kwargs must be a JSON object
          --rate 10                               | Missing required option: '--task=NAME'
          --task a.task                           | Missing required option: '--rate=R'
          """)
  void wrong_options_are_wrong_usage(String options, String reason) {
    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of(options.strip().split(" +")));

    int status =
        new CommandLine(new LoadCommand())
            .registerConverter(Duration.class, DurationText::parse)
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(String[]::new));

    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).contains(reason);
  }
}
