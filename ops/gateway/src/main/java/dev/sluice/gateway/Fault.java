package dev.sluice.gateway;

/**
 * One thing that is wrong with a request.
 *
 * @param path where: {@code $.user.id} in the body, {@code query.delay}, {@code header.Accept},
 *     {@code path.name}
 * @param reason what is wrong and what is allowed
 */
record Fault(String path, String reason) {}
