-- What the scripts of shared limits have in common. A limit has four keys, all in one slot:
--   1 state, a hash: at (when it was last touched, us), seq (of the line), tat (GCRA: theoretical
--     arrival time, us), every (us between tasks, by which tat was reckoned), tasks (that the last
--     take charged), later (until when tasks were put off, us), last (id of the last take)
--   2 leases, a sorted set: id -> until when it is held (us)
--   3 line, a sorted set: id of who waits -> number in the line
--   4 heard, a sorted set: id of who waits -> until when it counts as waiting (us)
-- Times are the server's own: clocks of workers differ.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local JUMP = 2000000
-- Leases are kept longer than they live: a clock that jumps ahead would delete them.
local KEPT = 86400000

local function number(key, field)
  return tonumber(redis.call('HGET', key, field) or '') or 0
end

local function text(n)
  return string.format('%.0f', n)
end

-- When the clock went back, and when nobody was heard for the life of a lease, the clock may have
-- jumped or Redis was away: what is held is held for another life, so that no limit is exceeded.
local function mend(state, leases, line, heard, life)
  local at = number(state, 'at')
  local back = now < at - JUMP
  if back or now > at + life then
    for _, id in ipairs(redis.call('ZRANGE', leases, 0, -1)) do
      redis.call('ZADD', leases, text(now + life), id)
    end
  end
  if back then
    for _, id in ipairs(redis.call('ZRANGE', heard, 0, -1)) do
      redis.call('ZADD', heard, text(now + JUMP), id)
    end
    redis.call('HDEL', state, 'tat', 'later')
  end
  redis.call('ZREMRANGEBYSCORE', leases, '-inf', text(now))
  for _, gone in ipairs(redis.call('ZRANGEBYSCORE', heard, '-inf', text(now))) do
    redis.call('ZREM', line, gone)
    redis.call('ZREM', heard, gone)
  end
  redis.call('HSET', state, 'at', text(now))
  -- A slow rate is kept for longer than that.
  local kept = math.ceil(2 * life / 1000)
  if redis.call('PTTL', state) < kept then
    redis.call('PEXPIRE', state, kept)
  end
end
