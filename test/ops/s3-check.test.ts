// Proves what doctor says of the way to S3: that documents go in clear where they leave this machine without encryption.
import { s3Check } from "../../src/ops/s3-check";

const marks = (endpoint: string | undefined) =>
  s3Check({ endpoint }).map(({ name, ok, unchecked = false }) => [name, ok, unchecked]);

test.each([
  "http://s3.hosting.example",
  "http://10.0.0.5:9000",
  "http://[fd00::5]:9000",
  "http://minio:9000",
])("%s is named, and is no fault", (endpoint) => {
  expect(marks(endpoint)).toEqual([["s3", true, true]]);
  expect(s3Check({ endpoint })[0]?.says.en).toContain(endpoint);
});

test.each([
  "https://s3.hosting.example",
  "HTTPS://10.0.0.5",
  "http://127.0.0.1:9000",
  "http://localhost:9000",
  "http://[::1]:9000",
  undefined,
])("%s is not", (endpoint) => expect(marks(endpoint)).toEqual([]));

test("a user and password of the address are not shown", () => {
  const [{ says } = { says: { id: "", en: "" } }] = s3Check({
    endpoint: "http://ada:rahasia@s3.example:9000",
  });
  expect(`${says.id}${says.en}`).toContain("http://s3.example:9000");
  expect(`${says.id}${says.en}`).not.toContain("rahasia");
});

test("documents in a folder go nowhere", () => expect(s3Check(null)).toEqual([]));
