-- Takes a lease of one or two limits (of a key, then of its task type), or a place in the line.
-- ARGV: id, life of a lease, life of a waiter, tolerance of rates, patience (us; negative: leave
-- the line), tasks, longest pause (us); then for each limit: concurrency, us between tasks (0: none)
-- Reply: 1 taken | 0 wait: us until it is of use to ask again, 0 when nobody knows
--        | -1 refused: pause in us, 0 when nobody knows; and which limit it was
local id = ARGV[1]
local life, waiting, tolerance = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local patience, tasks, longest = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local limits = #KEYS / 4

local function limit(i)
  local k, a = (i - 1) * 4, 7 + (i - 1) * 2
  return KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], KEYS[k + 4], tonumber(ARGV[a + 1]),
    tonumber(ARGV[a + 2])
end

-- The theoretical arrival time; never further away than the last take can have put it.
local function arrival(state, every)
  local was = number(state, 'every')
  local ahead = number(state, 'tat') - now
  if ahead <= 0 then
    return now
  end
  if ahead > number(state, 'tasks') * was + tolerance + JUMP then
    return now
  end
  -- The limit was changed: what was charged is charged by the new one.
  return now + (was > 0 and ahead / was * every or 0)
end

local function leave(i)
  local _, _, line, heard = limit(i)
  redis.call('ZREM', line, id)
  redis.call('ZREM', heard, id)
end

local function join(i)
  local state, _, line, heard = limit(i)
  if not redis.call('ZSCORE', line, id) then
    redis.call('ZADD', line, redis.call('HINCRBY', state, 'seq', 1), id)
  end
  redis.call('ZADD', heard, text(now + waiting), id)
  redis.call('PEXPIRE', line, math.ceil(10 * waiting / 1000))
  redis.call('PEXPIRE', heard, math.ceil(10 * waiting / 1000))
end

-- Each that is put off is told a later time than the one before, at the pace of the limit.
local function pause(i, turn)
  local state, _, _, _, _, every = limit(i)
  if every == 0 then
    return 0
  end
  local later = number(state, 'later')
  if later - now > longest + JUMP then
    later = now
  end
  local at = math.max(later, now + math.max(turn, 0))
  if at - now > longest then
    return longest
  end
  redis.call('HSET', state, 'later', text(at + tasks * every))
  redis.call('PEXPIRE', state, math.ceil((2 * life + longest + tasks * every) / 1000))
  return at - now
end

for i = 1, limits do
  local state, leases, line, heard = limit(i)
  mend(state, leases, line, heard, life)
end
-- A reply was lost, and this is the same take once more.
if redis.call('HGET', KEYS[1], 'last') == id or redis.call('ZSCORE', KEYS[2], id) then
  return {1, 0, 0}
end

for i = 1, limits do
  local state, leases, line, heard, most, every = limit(i)
  local before = redis.call('ZRANK', line, id) or redis.call('ZCARD', line)
  local turn = 0
  local blocked = most > 0 and before >= most - redis.call('ZCARD', leases)
  if every > 0 then
    -- When the first in the line may go, and the others after it.
    turn = arrival(state, every) - tolerance - now + before * every
    blocked = blocked or turn > 0
  end
  if blocked then
    for j = i + 1, limits do
      leave(j)
    end
    if patience < 0 or turn > patience then
      for j = 1, i do
        leave(j)
      end
      return {-1, math.ceil(pause(i, turn)), i}
    end
    -- What it was let through before it keeps its place there.
    for j = 1, i do
      join(j)
    end
    return {0, math.ceil(math.max(turn, 0)), i}
  end
end

for i = 1, limits do
  local state, leases, _, _, most, every = limit(i)
  if most > 0 then
    redis.call('ZADD', leases, text(now + life), id)
    redis.call('PEXPIRE', leases, KEPT)
  end
  if every > 0 then
    local tat = arrival(state, every) + tasks * every
    redis.call('HSET', state, 'tat', text(tat), 'every', string.format('%.3f', every), 'tasks',
      tasks)
    redis.call('PEXPIRE', state, math.ceil((2 * life + longest + tat - now) / 1000))
  end
  redis.call('HSET', state, 'last', id)
  leave(i)
end
return {1, 0, 0}
