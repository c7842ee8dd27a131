/** Permission groups by their exact API names. The dashboard says "Edit" instead of "Write". */
export const Permission = {
  tunnelRead: 'Cloudflare Tunnel Read',
  tunnelWrite: 'Cloudflare Tunnel Write',
  dnsRead: 'DNS Read',
  dnsWrite: 'DNS Write',
  zoneRead: 'Zone Read',
  accountSettingsRead: 'Account Settings Read',
  userDetailsRead: 'User Details Read',
  accessPoliciesRead: 'Access: Apps and Policies Read',
  accessPoliciesWrite: 'Access: Apps and Policies Write',
  accessOrganizationsRead: 'Access: Organizations, Identity Providers, and Groups Read',
  accessServiceTokensRead: 'Access: Service Tokens Read',
  accessServiceTokensWrite: 'Access: Service Tokens Write',
} as const;

const TUNNEL_WRITERS = [
  Permission.tunnelWrite,
  'Cloudflare One Connectors Write',
  'Cloudflare One Connector: cloudflared Write',
] as const;

/** The permission groups that grant each kind of access. Write access includes read access. */
export const Granting = {
  tunnelWrite: TUNNEL_WRITERS,
  tunnelRead: [
    Permission.tunnelRead,
    'Cloudflare One Connectors Read',
    'Cloudflare One Connector: cloudflared Read',
    ...TUNNEL_WRITERS,
  ],
  dnsWrite: [Permission.dnsWrite],
  dnsRead: [Permission.dnsRead, Permission.dnsWrite],
  zoneRead: [Permission.zoneRead, 'Zone Write'],
  accountRead: [Permission.accountSettingsRead, 'Account Settings Write'],
  userRead: [Permission.userDetailsRead, 'User Details Write'],
  accessPoliciesWrite: [Permission.accessPoliciesWrite],
  accessPoliciesRead: [Permission.accessPoliciesRead, Permission.accessPoliciesWrite],
  accessOrganizationsRead: [
    Permission.accessOrganizationsRead,
    'Access: Organizations, Identity Providers, and Groups Write',
  ],
  accessServiceTokensWrite: [Permission.accessServiceTokensWrite],
  accessServiceTokensRead: [Permission.accessServiceTokensRead, Permission.accessServiceTokensWrite],
} as const;

/** The minimum that the operator needs. */
export const OPERATOR_PERMISSIONS = [Permission.tunnelWrite, Permission.dnsWrite, Permission.zoneRead] as const;

/** What the operator needs in addition to protect hostnames with Access. */
export const ACCESS_PERMISSIONS = [
  Permission.accessPoliciesWrite,
  Permission.accessOrganizationsRead,
  Permission.accessServiceTokensWrite,
] as const;
