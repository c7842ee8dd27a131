-- Health of a Service for Argo CD. It replaces the built-in check, so it repeats that one first. The libraries of Lua
-- are off there, so this uses the language alone.

local function answer(status, message)
  return { status = status, message = message }
end

local function exposedCondition()
  for _, each in ipairs((obj.status or {}).conditions or {}) do
    if each.type == 'cftunnel.io/Exposed' then return each end
  end
  return nil
end

-- The annotations that ask for exposure, those of the operator that cftunnel replaces included.
local REQUESTS = {
  'cftunnel.io/hostname',
  'cftunnel.io/tunnel',
  'cftunnel.io/routes',
  'cftunnel.io/lan-hostname',
  'cfargotunnel.com/fqdn',
  'cfargotunnel.com/tunnel',
  'cfargotunnel.com/cluster-tunnel',
}

local function isRequested()
  local annotations = obj.metadata.annotations or {}
  for _, key in ipairs(REQUESTS) do
    if annotations[key] ~= nil then return true end
  end
  return false
end

-- As Argo CD itself: a load balancer is healthy once it has an address, and any other Service always is.
local function builtIn()
  local ingress = ((obj.status or {}).loadBalancer or {}).ingress or {}
  if (obj.spec or {}).type == 'LoadBalancer' and #ingress == 0 then return answer('Progressing') end
  return answer('Healthy')
end

-- What is missing has a health of its own: the pods, or the Tunnel. A degraded Service would fail a sync in waves that
-- is still starting them.
local WAITS = { NoReadyEndpoints = true, NoConnectors = true, TunnelNotReady = true }

local exposed = exposedCondition()
local own = builtIn()

if exposed ~= nil and exposed.status == 'False' and not WAITS[exposed.reason] then
  return answer('Degraded', exposed.message)
end
if exposed ~= nil and exposed.status ~= 'True' then return answer('Progressing', exposed.message) end
if own.status ~= 'Healthy' then return own end
if exposed ~= nil then return answer('Healthy', exposed.message) end
if isRequested() then return answer('Progressing', 'Waiting for the operator to see this Service') end
return own
