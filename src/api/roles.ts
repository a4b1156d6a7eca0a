/** Who may do what: the one place. Console and API ask here and nowhere else. */
export const ROLES = ["admin", "finance", "support", "viewer"] as const;
export type Role = (typeof ROLES)[number];

export const ACTIONS = [
  "read",
  "account.write",
  "npwp.enter",
  "npwp.decide",
  "mail.resend",
  "mail.bounce",
  "faktur.change",
  "case.open",
  "transfer.work",
  "transfer.approve",
  "seller.write",
  "portal.write",
  "portal.secret",
  "token.write",
  "access.write",
] as const;
export type Action = (typeof ACTIONS)[number];

/** What opens the door to others: the secrets of portals, and who may get at what. */
const ADMIN_ONLY: ReadonlySet<Action> = new Set<Action>(["portal.secret", "token.write", "access.write"]);

const MAY: Readonly<Record<Role, ReadonlySet<Action>>> = {
  admin: new Set(ACTIONS),
  finance: new Set(ACTIONS.filter((action) => !ADMIN_ONLY.has(action))),
  support: new Set<Action>([
    "read",
    "account.write",
    "npwp.enter",
    "mail.resend",
    "case.open",
    "transfer.work",
  ]),
  viewer: new Set<Action>(["read"]),
};

export const mayDo = (role: Role, action: Action): boolean => MAY[role].has(action);

/** What is left of a role when it speaks for a customer: entering and reading, never deciding. */
export const withoutDecisions = (role: Role): Role => (role === "viewer" ? "viewer" : "support");

export const isRole = (value: string): value is Role => ROLES.some((role) => role === value);

/** Somebody who asks; a token may be narrower than its role. */
export interface Asker {
  readonly role: Role;
  readonly scope?: readonly Action[] | null | undefined;
}

export const mayAsk = ({ role, scope }: Asker, action: Action): boolean =>
  mayDo(role, action) && (scope == null || scope.includes(action));

/** Whether nothing of the one goes beyond the other: nobody hands out more than they have. */
export const coversAll = (giver: Asker, taker: Asker): boolean =>
  ACTIONS.every((action) => !mayAsk(taker, action) || mayAsk(giver, action));

export const isAction = (value: string): value is Action => ACTIONS.some((action) => action === value);
