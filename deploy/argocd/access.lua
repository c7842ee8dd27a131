-- Health of an AccessPolicy or AccessServiceToken for Argo CD. The libraries of Lua are off there, so this uses the language alone.

local function answer(status, message)
  return { status = status, message = message }
end

local function condition(name)
  for _, each in ipairs((obj.status or {}).conditions or {}) do
    if each.type == name then return each end
  end
  return nil
end

local function isTrue(found)
  return found ~= nil and found.status == 'True'
end

local ready = condition('Ready')
local reconciling = condition('Reconciling')
local stalled = condition('Stalled')

-- Whatever the conditions say, they are about another spec.
if ready == nil or (obj.status or {}).observedGeneration ~= obj.metadata.generation then
  return answer('Progressing', 'Waiting for the operator to see this object')
end
if isTrue(stalled) then return answer('Degraded', stalled.message) end
if isTrue(reconciling) then return answer('Progressing', reconciling.message) end
if isTrue(ready) then return answer('Healthy', ready.message) end
if ready.status == 'False' then return answer('Degraded', ready.message) end
return answer('Progressing', ready.message)
