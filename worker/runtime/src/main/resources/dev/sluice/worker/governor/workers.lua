-- Says that a worker is there. ARGV: its id, for how long that counts (us).
-- Reply: how many are there.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now))
redis.call('ZADD', KEYS[1], text(now + tonumber(ARGV[2])), ARGV[1])
-- After the clock went back.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. text(now + tonumber(ARGV[2]) + JUMP), '+inf')
redis.call('PEXPIRE', KEYS[1], KEPT)
return redis.call('ZCARD', KEYS[1])
