package dev.sluice.cli;

import dev.sluice.gateway.Clients;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice gateway token}. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a token for the gateway: prints it on the first line, and what sluice.yaml needs.",
      "The token is nowhere else: give it to the client. sluice.yaml holds its hash alone."
    })
final class GatewayTokenCommand implements Callable<Integer> {
  private static final int BYTES = 32;

  @Parameters(paramLabel = "NAME", description = "Whose it is, for people: shop")
  private String name = "";

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    if (!name.matches("[A-Za-z0-9_.-]{1,64}")) {
      throw output.wrong("NAME may have up to 64 letters, digits, '.', '_' and '-'");
    }
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String token = "sluice_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    output.print(token);
    output.print(
        """

        # in sluice.yaml; then start the gateway again
        gateway:
          tokens:
            %s: {sha256: %s, tasks: ["*"]}"""
            .formatted(name, Clients.sha256(token)));
    return 0;
  }
}
