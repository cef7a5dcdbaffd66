-- Makes one commit: all of its writes if all that it expects is so, and none of them otherwise.
--
-- KEYS: every key of the commit, all in one slot.
-- ARGV: operations of five arguments each: kind, index into KEYS, and three more:
--   record  before, after, 'remove' or ''    string; before '' means absent, after '' means unchanged
--   take    name, holder, ''                 hash; the name must be free
--   give    name, holder, ''                 hash; the holder must have the name
--   add     member, '', ''                   sorted set, all scores 0
--   drop    member, '', ''                   sorted set
--   event   sequence, bytes, 'restart' or '' stream; the sequence must be the next one, or with 'restart' becomes it
--   trim    sequence, '', ''                 stream; what is before the sequence goes
--   mark    bytes, milliseconds, ''          string that expires; must be absent
--
-- Answers OK, or what was not as expected: REQUEST, RECORD, NAME, HISTORY, or "TYPE key type" for a key that
-- holds something else. Then nothing was written.
--
-- With 'restart' a history that was tampered with does not stop the commit, whose record says where its history ends: the
-- event goes behind a gap, or where it cannot, what is there is renamed to KEY:spoiled. The answer is "RESTARTED key".
--
-- The first pass only reads, and looks for everything that could stop the second one half-way: Redis does not take back
-- what a script wrote before it failed. For the same reason the first write is one that a full Redis refuses.

local TYPES = {
    record = 'string', mark = 'string', take = 'hash', give = 'hash', add = 'zset', drop = 'zset', event = 'stream',
    trim = 'stream',
}
local ORDER = {mark = 1, record = 2, take = 3, give = 3, event = 4}
local CONFLICTS = {'REQUEST', 'RECORD', 'NAME', 'HISTORY'}

local function last_sequence(key)
    if redis.call('EXISTS', key) == 0 then
        return '0-0'
    end
    -- Not the last entry: that one can be deleted, and XADD would still refuse its sequence.
    local facts = redis.call('XINFO', 'STREAM', key)
    for i = 1, #facts, 2 do
        if facts[i] == 'last-generated-id' then
            return facts[i + 1]
        end
    end
    return ''
end

local function fits_behind_gap(key, sequence)
    local last = string.match(last_sequence(key), '^(%d+)-')
    return last ~= nil and tonumber(last) < tonumber(sequence)
end

local function is_as_expected(kind, key, one, other)
    if kind == 'mark' then
        return redis.call('EXISTS', key) == 0
    elseif kind == 'record' then
        local found = redis.call('GET', key)
        if one == '' then
            return found == false
        end
        return found == one
    elseif kind == 'take' then
        return redis.call('HEXISTS', key, one) == 0
    elseif kind == 'give' then
        return redis.call('HGET', key, one) == other
    elseif kind == 'event' then
        return last_sequence(key) == string.format('%d-0', tonumber(one) - 1)
    end
    return true
end

local worst = #CONFLICTS + 1
local restarted, spoiled = nil, {}
for i = 1, #ARGV, 5 do
    local kind, key = ARGV[i], KEYS[tonumber(ARGV[i + 1])]
    local found = redis.call('TYPE', key).ok
    if found ~= 'none' and found ~= TYPES[kind] then
        if ARGV[i + 4] ~= 'restart' then
            return 'TYPE ' .. key .. ' ' .. found
        end
        restarted, spoiled[key] = key, true
    end
end
for i = 1, #ARGV, 5 do
    local kind, key = ARGV[i], KEYS[tonumber(ARGV[i + 1])]
    local rank = ORDER[kind]
    if rank and rank < worst and not spoiled[key] and not is_as_expected(kind, key, ARGV[i + 2], ARGV[i + 3]) then
        if ARGV[i + 4] == 'restart' then
            restarted, spoiled[key] = key, not fits_behind_gap(key, ARGV[i + 2])
        else
            worst = rank
        end
    end
end
if CONFLICTS[worst] then
    return CONFLICTS[worst]
end

-- What a full Redis refuses comes first, and what takes away afterwards.
for i = 1, #ARGV, 5 do
    local kind, key, one, other = ARGV[i], KEYS[tonumber(ARGV[i + 1])], ARGV[i + 2], ARGV[i + 3]
    if kind == 'mark' then
        redis.call('SET', key, one, 'PX', other)
    elseif kind == 'record' and other ~= '' then
        redis.call('SET', key, other)
    elseif kind == 'take' then
        redis.call('HSET', key, one, other)
    elseif kind == 'add' then
        redis.call('ZADD', key, '0', one)
    elseif kind == 'event' then
        if spoiled[key] then
            redis.call('RENAME', key, key .. ':spoiled')
        end
        redis.call('XADD', key, one .. '-0', 'e', other)
    end
end
for i = 1, #ARGV, 5 do
    local kind, key, one = ARGV[i], KEYS[tonumber(ARGV[i + 1])], ARGV[i + 2]
    if kind == 'record' and ARGV[i + 4] == 'remove' then
        redis.call('DEL', key)
    elseif kind == 'give' then
        redis.call('HDEL', key, one)
    elseif kind == 'drop' then
        redis.call('ZREM', key, one)
    elseif kind == 'trim' then
        redis.call('XTRIM', key, 'MINID', '=', one .. '-0')
    end
end
return restarted and 'RESTARTED ' .. restarted or 'OK'
