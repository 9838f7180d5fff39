#!lua name=pingji_append_DIGEST
-- The only write to a log: compares the head the caller decided on with the stream's last entry, then writes all
-- entries or none. It holds no key and checks no MAC; it only compares. DIGEST is put in by the loader, so that two
-- versions of this library can stand side by side while coordinators are upgraded one by one.
--
-- KEYS[1]  the stream
-- ARGV     position and MAC of the head, then a body and a MAC for each entry
-- returns  { 1, new position, new MAC } or { 0, actual position, actual MAC }; MACs in hexadecimal
redis.register_function('pingji_append_DIGEST', function(keys, args)
  local stream = keys[1]
  local position, mac = 0, ''
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  if last then
    position = tonumber(string.match(last[1], '^(%d+)%-0$'))
    for i = 1, #last[2], 2 do
      if last[2][i] == 'm' then mac = last[2][i + 1] end
    end
    if not position then
      return redis.error_reply('PINGJI_TAIL the last entry ' .. last[1] .. ' was not written by this function')
    end
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
