package dev.sluice.timelines;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Posts of a timeline, newest first.
 *
 * @param posts as many as were asked for, unless the timeline has no more
 * @param next cursor of the page that follows; null when nothing does. That page may be empty
 */
public record Page(List<Post> posts, @Nullable String next) {

  public Page {
    posts = List.copyOf(posts);
  }
}
