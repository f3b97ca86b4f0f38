package dev.sluice.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice bench codec}. */
@Command(
    name = "codec",
    mixinStandardHelpOptions = true,
    description = "What encoding and decoding one task costs, under JMH.")
final class BenchCodec implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();

  @Override
  public Integer call() throws RunnerException, IOException {
    options.printJson(CodecRun.measure(options.text()));
    return 0;
  }
}
