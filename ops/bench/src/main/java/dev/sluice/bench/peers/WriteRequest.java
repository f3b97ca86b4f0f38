package dev.sluice.bench.peers;

import org.jobrunr.jobs.lambdas.JobRequest;

/**
 * A task of the write scenario as JobRunr stores it.
 *
 * @param number distinct in a round
 * @param text what the row carries
 */
public record WriteRequest(long number, String text) implements JobRequest {
  @Override
  public Class<JobRunrPeer.Writer> getJobRequestHandler() {
    return JobRunrPeer.Writer.class;
  }
}
