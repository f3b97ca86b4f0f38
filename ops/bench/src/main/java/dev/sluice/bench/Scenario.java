package dev.sluice.bench;

import java.util.List;

/**
 * A comparison.
 *
 * @param name the word on the command line
 * @param unit what the rate counts
 * @param target lowest acceptable ratio to the raw subject
 * @param subjects in the order of a round; the first is the raw client, the last is Sluice
 * @param remarks settings and conditions, printed with the result
 */
record Scenario(
    String name, String unit, double target, List<Subject> subjects, List<String> remarks) {}
