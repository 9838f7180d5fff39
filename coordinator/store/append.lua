#!lua name=pingji_append_DIGEST

-- Position and MAC of a stream's last entry up to an id, which is the stream's end, '+', or a position's.
local function head_of(stream, to)
  local last = redis.call('XREVRANGE', stream, to, '-', 'COUNT', 1)[1]
  if not last then
    return 0, ''
  end
  local mac = ''
  for i = 1, #last[2], 2 do
    if last[2][i] == 'm' then mac = last[2][i + 1] end
  end
  return tonumber(string.match(last[1], '^(%d+)%-0$')), mac, last[1]
end

-- The only writes to a log. The first: compares the head the caller decided on with the stream's last entry, then writes all
-- entries or none. It holds no key and checks no MAC; it only compares. DIGEST is put in by the loader, so that two
-- versions of this library can stand side by side while coordinators are upgraded one by one.
--
-- KEYS[1]  the stream
-- ARGV     position and MAC of the head, then a body and a MAC for each entry
-- returns  { 1, new position, new MAC } or { 0, actual position, actual MAC }; MACs in hexadecimal
redis.register_function('pingji_append_DIGEST', function(keys, args)
  local stream = keys[1]
  local position, mac, id = head_of(stream, '+')
  if not position then
    return redis.error_reply('PINGJI_TAIL the last entry ' .. id .. ' was not written by this function')
  end
  if position ~= tonumber(args[1]) or mac ~= args[2] then
    return { 0, position, mac }
  end
  if #args < 4 or #args % 2 ~= 0 then
    return redis.error_reply('PINGJI_ARGS each entry needs a body and a MAC')
  end
  for i = 3, #args, 2 do
    position = position + 1
    mac = args[i + 1]
    -- Only the first can fail, when the stream's last entries were deleted: then nothing has been written.
    local written = redis.pcall('XADD', stream, string.format('%.0f-0', position), 'e', args[i], 'm', mac)
    if written.err then
      return redis.error_reply('PINGJI_TAIL ' .. written.err)
    end
  end
  return { 1, position, mac }
end)

-- The second: keeps the whole stream under another key and leaves in its place what is up to a head.
-- KEYS[1]  the stream
-- KEYS[2]  where it is kept, a key that is not there yet
-- ARGV     position and MAC of the last entry that stays, position and MAC of the last that is there
-- returns  { 1, position, MAC } or, with nothing done, { 0, position and MAC of the last entry that is there }
redis.register_function('pingji_set_aside_DIGEST', function(keys, args)
  local stream, aside = keys[1], keys[2]
  local wanted = tonumber(args[1])
  local last, last_mac = head_of(stream, '+')
  local position, mac = 0, ''
  if wanted > 0 then
    position, mac = head_of(stream, string.format('%.0f-0', wanted))
  end
  if position ~= wanted or mac ~= args[2] or last ~= tonumber(args[3]) or last_mac ~= args[4] then
    return { 0, last or 0, last_mac }
  end
  if redis.call('EXISTS', aside) == 1 then
    return redis.error_reply('PINGJI_ASIDE something is kept there already')
  end
  redis.call('RENAME', stream, aside)
  local from = '-'
  while position > 0 do
    local entries = redis.call('XRANGE', aside, from, string.format('%.0f-0', position), 'COUNT', 1000)
    if #entries == 0 then break end
    for _, entry in ipairs(entries) do
      redis.call('XADD', stream, entry[1], unpack(entry[2]))
    end
    from = '(' .. entries[#entries][1]
  end
  return { 1, position, mac }
end)
