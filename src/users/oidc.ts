import type { ClientAuth } from "openid-client";
import { AppError } from "../errors";
import { text } from "../text";

/** What is kept in the visitor's browser, sealed, between leaving for the provider and coming back. */
export interface OidcPending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** What the provider vouches for. */
export interface OidcIdentity {
  readonly email: string;
  readonly emailVerified: boolean;
  /** The values of the role claim; empty where none is set. */
  readonly roles: readonly string[];
}

/** Sign-in with the accounts of the company, by OpenID Connect. */
export interface OidcDoor {
  /** Whether a role claim may make users. */
  readonly mapsRoles: boolean;
  /** Where the visitor is sent. Throws `unauthorized` when the provider cannot be reached. */
  begin(): Promise<{ readonly address: string; readonly pending: OidcPending }>;
  /** `search` is the query the visitor came back with. Throws `unauthorized` for whatever does not hold. */
  finish(search: string, pending: OidcPending): Promise<OidcIdentity>;
}

export interface OidcOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The claim that names a role of ours; who is not on our list is made a user by it. Null: nobody is. */
  readonly roleClaim: string | null;
  /** What the provider is asked to tell: `openid`, `email`, and where it says so one more for the role. */
  readonly scopes: string;
}

const TIMEOUT_SECONDS = 10;

const load = () => import("openid-client");
type Client = Awaited<ReturnType<typeof load>>;
type Claims = Readonly<Record<string, unknown>>;
type Tokens = Awaited<ReturnType<Client["authorizationCodeGrant"]>>;
type Found = { readonly client: Client; readonly config: Awaited<ReturnType<Client["discovery"]>> };

/** Code flow with PKCE (S256), state and nonce; the library checks signature, issuer, audience and times. */
export function createOidc(options: OidcOptions, returnAddress: string): OidcDoor {
  let found: Promise<Found> | null = null;
  // Asked for when the first visitor comes; a failure is forgotten, so that the next one asks again.
  const ready = () => {
    found ??= discover(options).catch((thrown: unknown) => {
      found = null;
      throw refused(thrown);
    });
    return found;
  };
  return {
    mapsRoles: options.roleClaim !== null,
    async begin() {
      const { client, config } = await ready();
      const pending = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const address = client.buildAuthorizationUrl(config, {
        redirect_uri: returnAddress,
        scope: options.scopes,
        code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: "S256",
        state: pending.state,
        nonce: pending.nonce,
      });
      return { address: address.href, pending };
    },
    async finish(search, pending) {
      const { client, config } = await ready();
      try {
        const tokens = await client.authorizationCodeGrant(config, new URL(`${returnAddress}${search}`), {
          expectedState: pending.state,
          expectedNonce: pending.nonce,
          pkceCodeVerifier: pending.verifier,
          idTokenExpected: true,
        });
        return identityOf(await claimsOf(client, config, tokens, options.roleClaim), options.roleClaim);
      } catch (thrown) {
        // It may have changed its keys or addresses since: the next visitor has them looked up anew.
        found = null;
        throw refused(thrown);
      }
    },
  };
}

async function discover(options: OidcOptions): Promise<Found> {
  const client = await load();
  const issuer = new URL(options.issuer);
  const plain = issuer.protocol === "http:";
  const config = await client.discovery(
    issuer,
    options.clientId,
    { client_secret: options.clientSecret },
    wayOfSecret(client, options.clientSecret),
    { timeout: TIMEOUT_SECONDS, ...(plain ? { execute: [client.allowInsecureRequests] } : {}) },
  );
  // The library trusts the line to the provider for the signature unless told to check it all the same.
  client.enableNonRepudiationChecks(config);
  return { client, config };
}

/** In the header, as every provider must take it (RFC 6749, 2.3.1), but of one that names the body alone. */
const wayOfSecret =
  (client: Client, secret: string): ClientAuth =>
  (server, ...rest) => {
    const ways = server.token_endpoint_auth_methods_supported ?? [];
    const inBody = ways.includes("client_secret_post") && !ways.includes("client_secret_basic");
    const prove = inBody ? client.ClientSecretPost(secret) : client.ClientSecretBasic(secret);
    prove(server, ...rest);
  };

/** What the signed token leaves out many providers tell at their userinfo alone (OIDC Core, 5.4), of the same `sub`. */
async function claimsOf(
  client: Client,
  config: Found["config"],
  tokens: Tokens,
  roleClaim: string | null,
): Promise<Claims> {
  const said: Claims & { readonly sub?: string } = tokens.claims() ?? {};
  const lacks = (name: string) => !Object.hasOwn(said, name);
  // An address and whether it is verified are one statement: never a half from each.
  const address = ADDRESS.some(lacks);
  const role = roleClaim !== null && lacks(roleClaim) ? [roleClaim] : [];
  const { userinfo_endpoint: more } = config.serverMetadata();
  if ((!address && role.length === 0) || more === undefined || said.sub === undefined) return said;
  const told: Claims = await client.fetchUserInfo(config, tokens.access_token, said.sub);
  const taken = [...(address && Object.hasOwn(told, "email") ? ADDRESS : []), ...role];
  return { ...said, ...Object.fromEntries(taken.map((name) => [name, told[name]])) };
}

const ADDRESS: readonly string[] = ["email", "email_verified"];

function identityOf(claims: Claims, roleClaim: string | null): OidcIdentity {
  const email = claims["email"];
  const roles = roleClaim === null ? [] : [claims[roleClaim]].flat();
  return {
    email: typeof email === "string" ? email : "",
    // Some providers write the word for it.
    emailVerified: claims["email_verified"] === true || claims["email_verified"] === "true",
    roles: roles.filter((one): one is string => typeof one === "string"),
  };
}

/** What the provider itself says was wrong, such as `access_denied` or `invalid_client`: else only the operator of it knows. */
function wordsOf(thrown: unknown): unknown {
  const { error, error_description: more } = (thrown ?? {}) as Record<string, unknown>;
  if (!(thrown instanceof Error) || typeof error !== "string") return thrown;
  return new Error([error, more].filter((one) => typeof one === "string").join(": "), { cause: thrown });
}

const refused = (thrown: unknown): AppError =>
  new AppError(
    "unauthorized",
    text(
      "Masuk lewat akun perusahaan tidak berhasil. Coba lagi.",
      "Signing in with the company account did not work. Try again.",
    ),
    { cause: wordsOf(thrown) },
  );
