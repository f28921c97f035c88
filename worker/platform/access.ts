/** What a member of staff can be. Each has one role. */
export const ROLES = ["owner", "marketing", "support", "privacy", "auditor"] as const;
export type Role = (typeof ROLES)[number];

interface Grant {
  roles: readonly Role[];
  /** Whether an API key may have it, too. */
  scope: boolean;
}

/** Who may do what: the one table that every screen under /admin and every scope of an API key is checked against. */
const ACCESS = {
  "customers:read": { roles: ["owner", "support", "privacy", "auditor"], scope: true },
  "customers:write": { roles: ["owner", "support"], scope: true },
  "policy:read": { roles: ["owner", "privacy", "auditor"], scope: true },
  "policy:write": { roles: ["owner", "privacy"], scope: true },
  "contact:read": { roles: ["owner", "support"], scope: true },
  "contact:write": { roles: ["owner", "support"], scope: true },
  "contact:archive": { roles: ["owner", "support", "privacy"], scope: true },
  "contact:settings": { roles: ["owner", "privacy"], scope: true },
  "newsletter:read": { roles: ["owner", "marketing", "privacy", "auditor"], scope: true },
  "newsletter:write": { roles: ["owner", "marketing"], scope: true },
  "newsletter:export": { roles: ["owner", "marketing", "privacy"], scope: true },
  "newsletter:send": { roles: ["owner", "marketing"], scope: true },
  "mail:read": { roles: ROLES, scope: true },
  "mail:write": { roles: ["owner", "marketing", "support"], scope: true },
  "ledger:read": { roles: ["owner", "privacy", "auditor"], scope: false },
  "ledger:verify": { roles: ["owner", "privacy"], scope: false },
  "staff:read": { roles: ["owner", "auditor"], scope: false },
  "staff:write": { roles: ["owner"], scope: false },
  "keys:read": { roles: ["owner", "auditor"], scope: false },
  "keys:write": { roles: ["owner"], scope: false },
} as const satisfies Record<string, Grant>;

/** Something that one may be allowed to do. */
export type Permission = keyof typeof ACCESS;

/** Whether someone of this role may do that. */
export const mayDo = (role: Role, permission: Permission): boolean =>
  ACCESS[permission].roles.some((granted) => granted === role);

/** A permission that an API key may have. */
export type Scope = { [P in Permission]: (typeof ACCESS)[P]["scope"] extends true ? P : never }[Permission];

export const SCOPES: readonly Scope[] = (Object.keys(ACCESS) as Permission[]).filter(
  (permission): permission is Scope => ACCESS[permission].scope,
);
