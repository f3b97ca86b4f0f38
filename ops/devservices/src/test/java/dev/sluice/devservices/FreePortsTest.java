package dev.sluice.devservices;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortsTest {

  @Test
  void no_port_is_handed_out_twice() {
    Set<Integer> ports =
        IntStream.range(0, 100).mapToObj(i -> FreePorts.next()).collect(Collectors.toSet());
    assertThat(ports)
        .hasSize(100)
        .allMatch(port -> port >= FreePorts.LOWEST && port < FreePorts.HIGHEST);
  }

  @Test
  void a_port_that_somebody_listens_on_is_not_free() throws IOException {
    int port = FreePorts.next();
    assertThat(FreePorts.isFree(port)).isTrue();
    try (ServerSocket listening = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(FreePorts.isFree(listening.getLocalPort())).isFalse();
    }
  }
}
