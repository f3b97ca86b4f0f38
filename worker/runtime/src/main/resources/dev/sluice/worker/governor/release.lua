-- Gives leases back and leaves lines. KEYS: leases, line and heard of each limit. ARGV: ids.
for i = 1, #KEYS do
  for j = 1, #ARGV do
    redis.call('ZREM', KEYS[i], ARGV[j])
  end
end
return 0
