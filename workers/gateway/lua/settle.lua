-- End one call: give the hold back if it is still there, book the cost, hand the event to the ledger.
-- KEYS: wallet, holds, usage stream, then the rates that the reservation counted in
-- ARGV: hold member, hold micro-dollars, cost micro-dollars, event JSON or '', reserved tokens that were not used
-- Answers 1 when this call released the hold.
local released = redis.call('ZREM', KEYS[2], ARGV[1])
if released == 1 then
  redis.call('HINCRBY', KEYS[1], 'held_micro_usd', '-' .. ARGV[2])
  for index = 4, #KEYS do
    if ARGV[5] ~= '0' and redis.call('EXISTS', KEYS[index]) == 1 then
      redis.call('HINCRBY', KEYS[index], 'tokens', '-' .. ARGV[5])
    end
  end
end
if ARGV[4] ~= '' then
  redis.call('HINCRBY', KEYS[1], 'unposted_micro_usd', ARGV[3])
  redis.call('XADD', KEYS[3], '*', 'event', ARGV[4])
end
return released
