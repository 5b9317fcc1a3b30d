/** What Redis does in one step. The keys of one script share a hash tag, so that a cluster keeps them together. */

/** Keys: lock, fences. Arguments: owner, lock's and fences' life in ms. Returns a fence, or nil. */
export const LOCK = `
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return nil end
local fence = redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return fence`

/** Keys: lock. Arguments: owner, life in ms. */
export const EXTEND = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`

/** Keys: lock. Arguments: owner. */
export const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`

/** Keys: value. Arguments: fence, value, life in ms. Returns 0 where a later owner has written. */
export const WRITE = `
local last = redis.call('HGET', KEYS[1], 'fence')
if last and tonumber(last) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'value', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`

/** Keys: log. Arguments: how long lines are kept in ms, lines. */
export const LOG = `
local time = redis.call('TIME')
local oldest = string.format('%d', time[1] * 1000 - ARGV[1])
for i = 2, #ARGV do
  redis.call('XADD', KEYS[1], 'MINID', '~', oldest, '*', 'mark', ARGV[i])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`

/** Keys: log. Arguments: id of the last line seen, or nothing; most lines. Returns time, last id, lines. */
export const LOGGED = `
local time = redis.call('TIME')
local seen = { string.format('%d', time[1] * 1000), ARGV[1] }
if ARGV[1] == '' then
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  seen[2] = last[1] and last[1][1] or '0-0'
  return seen
end
local lines = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])
for _, line in ipairs(lines) do
  seen[2] = line[1]
  seen[#seen + 1] = line[2][2]
end
return seen`

/** Keys: ends, lines. Arguments: now, the line's end, its id, the line. */
export const NOTE = `
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE')) do
  redis.call('HDEL', KEYS[2], id)
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
redis.call('PEXPIREAT', KEYS[1], last)
redis.call('PEXPIREAT', KEYS[2], last)
return 1`

/** Keys: ends, lines. Arguments: now, most lines. */
export const NOTED = `
local ids = redis.call('ZREVRANGEBYSCORE', KEYS[1], '+inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
if #ids == 0 then return {} end
return redis.call('HMGET', KEYS[2], unpack(ids))`

/** Keys: ends, lines. Arguments: ids. */
export const STRIKE = `
redis.call('ZREM', KEYS[1], unpack(ARGV))
return redis.call('HDEL', KEYS[2], unpack(ARGV))`
