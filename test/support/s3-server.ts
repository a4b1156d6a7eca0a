import { startS3, type S3StandIn } from "./s3-stand-in";

/** The bucket that there is on every server of tests; there is none named `tidak-ada`. */
export const BUCKET = "faktur-docs";

export interface S3Server {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Null where it is a real one. */
  readonly standIn: S3StandIn | null;
  close(): Promise<void>;
}

/** The stand-in, or the server that FAKTUR_TEST_S3 names with its key and secret: `http://KEY:SECRET@127.0.0.1:9000`. */
export async function openS3(): Promise<S3Server> {
  const named = process.env["FAKTUR_TEST_S3"];
  if (named !== undefined) return realServer(new URL(named));
  const secretAccessKey = "rahasia/+kunci";
  const standIn = await startS3(secretAccessKey);
  return {
    ...{ endpoint: standIn.endpoint, accessKeyId: "AKIAX", secretAccessKey, standIn },
    close: () => standIn.close(),
  };
}

const realServer = ({ origin, username, password }: URL): S3Server => ({
  endpoint: origin,
  accessKeyId: decodeURIComponent(username),
  secretAccessKey: decodeURIComponent(password),
  standIn: null,
  close: () => Promise.resolve(),
});
