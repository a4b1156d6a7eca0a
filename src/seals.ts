/** What each kind of sealed value is bound to: a value moved to another place does not open. */
export const certificatePurpose = (seller: string): string => `certificate:${seller}`;
export const channelPurpose = (seller: string): string => `channel:${seller}`;
export const portalSecretsPurpose = (portal: string): string => `portal-secrets:${portal}`;
export const portalApiPurpose = (portal: string): string => `portal-api:${portal}`;
export const totpPurpose = (user: string): string => `totp:${user}`;
export const customerLinkPurpose = "customer-link";
export const oidcPurpose = "console-oidc";
export const emailChangePurpose = "email-change";
export const webhookSecretsPurpose = (endpoint: string): string => `webhook-secrets:${endpoint}`;
