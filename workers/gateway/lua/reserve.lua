-- Admit one call: rate limits, then the wallet. Either everything is written or nothing.
-- KEYS: wallet, holds, then the rate of this minute of each limit
-- ARGV: hold member, hold micro-dollars, expiry of the hold, tokens reserved, then requests/min, tokens/min of each
-- Answers {verdict, which limit (from 1), requests used, tokens used of the first, of the second ...}, verdict
-- one of ok, wallet, quota, requests, tokens.
local answer, limits = {'ok', 0}, #KEYS - 2
for limit = 1, limits do
  local usage = redis.call('HMGET', KEYS[limit + 2], 'requests', 'tokens')
  answer[2 * limit + 1] = tonumber(usage[1] or 0)
  answer[2 * limit + 2] = tonumber(usage[2] or 0)
end
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  return answer -- the same call again, after a lost reply
end
for limit = 1, limits do
  for offset, kind in ipairs({'requests', 'tokens'}) do
    if answer[2 * limit + offset] >= tonumber(ARGV[2 * limit + 2 + offset]) then
      answer[1], answer[2] = kind, limit
      return answer
    end
  end
end
local purse = redis.call('HMGET', KEYS[1], 'ledger_micro_usd', 'unposted_micro_usd', 'held_micro_usd')
if not purse[1] then
  answer[1] = 'wallet'
  return answer
end
local available = tonumber(purse[1]) - tonumber(purse[2] or 0) - tonumber(purse[3] or 0)
if available < tonumber(ARGV[2]) then
  answer[1] = 'quota'
  return answer
end
redis.call('HINCRBY', KEYS[1], 'held_micro_usd', ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
for limit = 1, limits do
  local rate = KEYS[limit + 2]
  answer[2 * limit + 1] = redis.call('HINCRBY', rate, 'requests', 1)
  answer[2 * limit + 2] = redis.call('HINCRBY', rate, 'tokens', ARGV[4])
  redis.call('EXPIRE', rate, 120)
end
return answer
