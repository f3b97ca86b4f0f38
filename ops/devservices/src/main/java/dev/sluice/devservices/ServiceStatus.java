package dev.sluice.devservices;

/**
 * What is known of one standing server.
 *
 * @param kind which server
 * @param address host and port, without credentials
 * @param version name and version as the server told them; empty if it does not answer
 * @param problem why it does not answer; empty if it does
 */
public record ServiceStatus(ServiceKind kind, String address, String version, String problem) {

  /** Whether a client could talk to it. */
  public boolean answers() {
    return problem.isEmpty();
  }

  static ServiceStatus of(ServiceKind kind, String url) {
    String address = url.replaceFirst("^[^/]*//([^@/]*@)?", "").replaceFirst("[/?].*", "");
    try {
      return new ServiceStatus(kind, address, Handshake.with(kind, url), "");
    } catch (Exception e) {
      return new ServiceStatus(kind, address, "", String.valueOf(e.getMessage()));
    }
  }
}
