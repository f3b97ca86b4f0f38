package dev.sluice.bench;

import java.util.List;
import java.util.Map;

/**
 * A comparison.
 *
 * @param name the word on the command line
 * @param unit what the rate counts
 * @param target what Sluice is to reach
 * @param subjects in the order of a round; the first is the raw client, the last is Sluice
 * @param remarks settings and conditions, printed with the result
 * @param facts keys of the machine-readable lines that this scenario alone has
 */
record Scenario(
    String name,
    String unit,
    Target target,
    List<Subject> subjects,
    List<String> remarks,
    Map<String, Object> facts) {}
