-- Keeps leases of one limit for another life; one that was given up is taken again, for what it
-- stands for is running. ARGV: life of a lease (us), ids. Reply: how many leases there are.
local state, leases, line, heard = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local life = tonumber(ARGV[1])
mend(state, leases, line, heard, life)
for i = 2, #ARGV do
  redis.call('ZADD', leases, text(now + life), ARGV[i])
end
redis.call('PEXPIRE', leases, KEPT)
return redis.call('ZCARD', leases)
