-- Runs a health script as Argo CD does: the object is the global `obj`, and of Lua's libraries there are only the base
-- functions and `table`. Prints the status and then the message.
local object = assert(load('return ' .. io.read('a')))()
local print, type, tostring = print, type, tostring

-- Methods of strings would bring the string library back.
getmetatable('').__index = nil

local scope = { obj = object, table = table }
for _, name in ipairs({ 'assert', 'error', 'ipairs', 'next', 'pairs', 'pcall', 'select', 'tonumber', 'tostring', 'type' }) do
  scope[name] = _ENV[name]
end

local health = assert(loadfile(arg[1], 't', scope))()
assert(type(health) == 'table', 'the script returned ' .. type(health))
print(tostring(health.status))
if health.message ~= nil then print(health.message) end
