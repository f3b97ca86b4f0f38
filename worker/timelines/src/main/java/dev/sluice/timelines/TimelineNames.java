package dev.sluice.timelines;

import dev.sluice.redis.Redis;
import dev.sluice.redis.RedisMaster;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * The names of timelines, one server after the other. Pages may be empty.
 *
 * <p>Threading: for one thread.
 */
final class TimelineNames implements Iterator<List<String>> {
  private static final int PAGE = 1000;

  private final Iterator<RedisMaster> masters;
  private final ScanParams page;
  private RedisMaster master;
  private String cursor = ScanParams.SCAN_POINTER_START;

  /**
   * @param masters at least one
   * @param pattern a glob that the names match
   */
  TimelineNames(List<RedisMaster> masters, String pattern) {
    this.masters = masters.iterator();
    master = this.masters.next();
    page = new ScanParams().match(pattern).count(PAGE);
  }

  @Override
  public boolean hasNext() {
    return !cursor.isEmpty();
  }

  @Override
  public List<String> next() {
    if (cursor.isEmpty()) {
      throw new NoSuchElementException("every server was asked");
    }
    ScanResult<String> names = master.call(Redis.COMMANDS.scan(cursor, page, "zset"));
    cursor = names.getCursor();
    if (cursor.equals(ScanParams.SCAN_POINTER_START)) {
      cursor = "";
      if (masters.hasNext()) {
        master = masters.next();
        cursor = ScanParams.SCAN_POINTER_START;
      }
    }
    return names.getResult();
  }
}
