import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A little OpenID Connect provider of its own: discovery, keys, code flow with PKCE, signed id_token. No library. */

interface Bend {
  readonly foreignKey?: boolean;
  readonly userinfo?: Readonly<Record<string, unknown>>;
}

export interface Provider {
  readonly issuer: string;
  /** Whom the next sign-in is, what of the token is bent, and what is told at the userinfo. */
  next(claims: Readonly<Record<string, unknown>>, bend?: Bend): void;
  /** From now on it signs with a new key under a new name, and shows that one alone. */
  rotate(): void;
  close(): Promise<void>;
}

export const CLIENT = { clientId: "faktur", clientSecret: "rahasia: klien/+" } as const;

/** RFC 6749 2.3.1: both halves are form-encoded before they are joined. */
function loginOf(header: string | undefined): string {
  const plain = Buffer.from((header ?? "").replace(/^Basic /, ""), "base64").toString("utf8");
  const halves = plain.split(":").map((half) => decodeURIComponent(half.replace(/\+/g, " ")));
  return halves.join(" ");
}

const pair = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** `secretIn`: where alone the secret is taken; every other place is refused, as by strict providers. */
export async function startProvider(
  now: () => Date,
  secretIn: "header" | "body" = "header",
): Promise<Provider> {
  let [ours, kid] = [pair(), 1];
  const foreign = pair();
  const codes = new Map<string, { challenge: string; nonce: string }>();
  let claims: Readonly<Record<string, unknown>> = {};
  let bent: Bend = {};
  let issuer = "";

  const token = (nonce: string): string => {
    const seconds = Math.floor(now().getTime() / 1000);
    const standing = {
      iss: issuer,
      sub: "u1",
      aud: CLIENT.clientId,
      iat: seconds,
      exp: seconds + 300,
      nonce,
    };
    const signed = `${part({ alg: "RS256", kid: `k${kid}`, typ: "JWT" })}.${part({ ...standing, ...claims })}`;
    const key = bent.foreignKey ? foreign.privateKey : ours.privateKey;
    return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", issuer);
    const json = (value: unknown, status = 200) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    if (url.pathname === "/.well-known/openid-configuration") {
      return json({
        ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
        ...{
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
        },
        userinfo_endpoint: `${issuer}/userinfo`,
        token_endpoint_auth_methods_supported: [
          secretIn === "body" ? "client_secret_post" : "client_secret_basic",
        ],
        ...{ id_token_signing_alg_values_supported: ["RS256"], code_challenge_methods_supported: ["S256"] },
      });
    }
    if (url.pathname === "/userinfo") {
      if (request.headers.authorization !== "Bearer a") return json({ error: "invalid_token" }, 401);
      return json({ sub: "u1", ...bent.userinfo });
    }
    if (url.pathname === "/keys") {
      return json({
        keys: [{ ...ours.publicKey.export({ format: "jwk" }), kid: `k${kid}`, alg: "RS256", use: "sig" }],
      });
    }
    if (url.pathname === "/authorize") {
      const ask = url.searchParams;
      const code = randomUUID();
      codes.set(code, { challenge: ask.get("code_challenge") ?? "", nonce: ask.get("nonce") ?? "" });
      const back = new URL(ask.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", ask.get("state") ?? "");
      return response.writeHead(302, { location: back.href }).end();
    }
    const parts: Buffer[] = [];
    request.on("data", (one: Buffer) => parts.push(one));
    request.on("end", () => {
      const form = new URLSearchParams(Buffer.concat(parts).toString());
      const code = form.get("code") ?? "";
      const asked = codes.get(code);
      codes.delete(code);
      const proof = createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
      const login =
        secretIn === "body"
          ? `${form.get("client_id")} ${form.get("client_secret")}`
          : loginOf(request.headers.authorization);
      const known = login === `${CLIENT.clientId} ${CLIENT.clientSecret}`;
      if (asked === undefined || asked.challenge !== proof || !known)
        return json({ error: "invalid_grant" }, 400);
      return json({ access_token: "a", token_type: "bearer", id_token: token(asked.nonce) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    next(wanted, bend = {}) {
      claims = wanted;
      bent = bend;
    },
    rotate() {
      [ours, kid] = [pair(), kid + 1];
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
