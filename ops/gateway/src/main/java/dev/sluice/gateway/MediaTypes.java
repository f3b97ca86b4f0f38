package dev.sluice.gateway;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a request sends and what it wants to have: JSON in UTF-8 alone. */
final class MediaTypes {
  private static final String JSON = "application/json";
  private static final List<String> SERVED =
      List.of(JSON, "application/problem+json", "application/*", "*/*");

  private MediaTypes() {}

  /** Refuses a body that is not JSON in UTF-8, as it says itself. */
  static void refuseOtherContent(HttpServletRequest request) {
    String type = request.getContentType();
    if (type == null) {
      throw unsupported("Content-Type", "is missing; send " + JSON);
    }
    String[] parts = type.split(";");
    if (!parts[0].strip().equalsIgnoreCase(JSON)) {
      throw unsupported("Content-Type", "'" + clipped(parts[0].strip()) + "' is not " + JSON);
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "").toLowerCase(Locale.ROOT);
      if (parameter.startsWith("charset=")
          && !parameter.equals("charset=utf-8")
          && !parameter.equals("charset=utf8")) {
        throw unsupported("Content-Type", "'" + clipped(parameter) + "' is not charset=utf-8");
      }
    }
    String encoding = request.getHeader("Content-Encoding");
    if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
      throw unsupported(
          "Content-Encoding", "'" + clipped(encoding) + "' is not taken; send the body as it is");
    }
  }

  /** Refuses a request whose sender does not take JSON. */
  static void refuseOtherAccept(HttpServletRequest request) {
    List<String> accepts = Collections.list(request.getHeaders("Accept"));
    if (accepts.isEmpty() || accepts.stream().anyMatch(MediaTypes::takesJson)) {
      return;
    }
    throw Problem.at(
            ProblemType.NOT_ACCEPTABLE,
            "header.Accept",
            "'" + clipped(accepts.get(0)) + "' leaves out " + JSON)
        .refusal();
  }

  private static boolean takesJson(String accept) {
    for (String range : accept.split(",")) {
      String[] parts = range.split(";");
      if (SERVED.contains(parts[0].strip().toLowerCase(Locale.ROOT)) && !isRefused(parts)) {
        return true;
      }
    }
    return accept.isBlank();
  }

  private static boolean isRefused(String[] parts) {
    for (String part : parts) {
      if (part.strip().matches("q=0(\\.0{0,3})?")) {
        return true;
      }
    }
    return false;
  }

  private static Refusal unsupported(String header, String reason) {
    return Problem.at(ProblemType.UNSUPPORTED_MEDIA_TYPE, "header." + header, reason).refusal();
  }

  private static String clipped(@Nullable String text) {
    String shown = String.valueOf(text);
    return shown.length() <= 100 ? shown : shown.substring(0, 100) + "…";
  }
}
