-- Sells rows of a ceiling that workers share. State: a hash with the time at which what was sold
-- will be due at a steady pace, for how long the last sale was, and when each worker was last here,
-- in us by this server's clock.
-- KEYS: the hash. ARGV: worker, rows a second, rows wanted at least, at most, rows to charge.
-- Reply: rows sold, us to wait (0 when some were sold), workers, rows not charged yet.
local JUMP = 2000000
local LONGEST_DEBT = 1500000
local BLOCK = 50000
local LIFE = 15000000

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local row = 1000000 / ARGV[2]
local least = tonumber(ARGV[3])
local most = tonumber(ARGV[4])

local due = tonumber(redis.call('HGET', KEYS[1], 'due') or '0')
local last = tonumber(redis.call('HGET', KEYS[1], 'last') or '0')
if due < now or due - now > JUMP + last then
  -- The latter: the clock went back.
  due = now
end

local owed = tonumber(ARGV[5])
local charged = math.max(0, math.min(owed, math.floor((now + LONGEST_DEBT - due) / row)))
due = due + charged * row

local sold = 0
local wait = 0
if least * row > BLOCK then
  -- Never ahead of the pace: what is larger waits until nothing is due, and is paid off later.
  sold = due <= now and least or 0
  wait = due - now
else
  local free = math.floor((now + BLOCK - due) / row)
  sold = free >= least and math.min(free, most) or 0
  wait = due + least * row - BLOCK - now
end
due = due + sold * row
if sold > 0 then
  redis.call('HSET', KEYS[1], 'last', string.format('%.2f', sold * row))
end

local workers = 1
local seen = redis.call('HGETALL', KEYS[1])
for i = 1, #seen, 2 do
  if seen[i] ~= 'due' and seen[i] ~= 'last' and seen[i] ~= ARGV[1] then
    local age = now - tonumber(seen[i + 1])
    if age > LIFE or age < -JUMP then
      redis.call('HDEL', KEYS[1], seen[i])
    else
      workers = workers + 1
    end
  end
end
redis.call('HSET', KEYS[1], 'due', string.format('%.2f', due), ARGV[1], string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(60000 + math.max(0, due - now) / 1000))
return {sold, sold > 0 and 0 or math.max(1, math.ceil(wait)), workers, owed - charged}
