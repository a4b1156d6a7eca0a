/** The rules of the NPWP tab as tables: what entering data and switching do in every state. */
import { enterCompany, tabMove, type TabStatus } from "../../src/accounts/company";
import { parseNpwp } from "../../src/accounts/npwp";

const SAME = parseNpwp("0012345678901000");
const OTHER = parseNpwp("0098765432109000");
const refused = expect.objectContaining({ code: "account_has_company" });

test("the first company is a request", () => {
  expect(enterCompany(null, SAME)).toEqual({ status: "requested", event: "entered" });
});

test.each<[TabStatus, TabStatus, string]>([
  ["requested", "requested", "corrected"],
  ["active", "active", "corrected"],
  ["suspended", "requested", "entered"],
])("the same NPWP on a %s tab leaves it %s, as %s", (standing, status, event) => {
  expect(enterCompany({ npwp: SAME, status: standing }, SAME)).toEqual({ status, event });
});

test.each<TabStatus>(["requested", "active"])("another NPWP on a %s tab is refused", (status) => {
  expect(() => enterCompany({ npwp: SAME, status }, OTHER)).toThrow(refused);
});

test("another NPWP after a suspension is a new request, never active at once", () => {
  expect(enterCompany({ npwp: SAME, status: "suspended" }, OTHER)).toEqual({
    status: "requested",
    event: "entered",
  });
});

test.each<[TabStatus, "activate" | "suspend", TabStatus]>([
  ["requested", "activate", "active"],
  ["requested", "suspend", "suspended"],
  ["active", "activate", "active"],
  ["active", "suspend", "suspended"],
  ["suspended", "activate", "active"],
  ["suspended", "suspend", "suspended"],
])("a %s tab after %s is %s", (from, move, to) => {
  expect(tabMove(from, move)).toBe(to);
});
