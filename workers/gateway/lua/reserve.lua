-- Admit one call: rate limits, then the wallet. Either everything is written or nothing.
-- KEYS: wallet, holds, rate of this minute
-- ARGV: hold member, hold micro-dollars, expiry of the hold, requests/min, tokens/min, tokens reserved
-- Answers {verdict, requests used, tokens used}, verdict one of ok, wallet, quota, requests, tokens.
local usage = redis.call('HMGET', KEYS[3], 'requests', 'tokens')
local requests, tokens = tonumber(usage[1] or 0), tonumber(usage[2] or 0)
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  return {'ok', requests, tokens} -- the same call again, after a lost reply
end
if requests >= tonumber(ARGV[4]) then
  return {'requests', requests, tokens}
end
if tokens >= tonumber(ARGV[5]) then
  return {'tokens', requests, tokens}
end
local purse = redis.call('HMGET', KEYS[1], 'ledger_micro_usd', 'unposted_micro_usd', 'held_micro_usd')
if not purse[1] then
  return {'wallet', requests, tokens}
end
local available = tonumber(purse[1]) - tonumber(purse[2] or 0) - tonumber(purse[3] or 0)
if available < tonumber(ARGV[2]) then
  return {'quota', requests, tokens}
end
redis.call('HINCRBY', KEYS[1], 'held_micro_usd', ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
requests = redis.call('HINCRBY', KEYS[3], 'requests', 1)
tokens = redis.call('HINCRBY', KEYS[3], 'tokens', ARGV[6])
redis.call('EXPIRE', KEYS[3], 120)
return {'ok', requests, tokens}
