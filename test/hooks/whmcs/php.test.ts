/**
 * Custom fields as PHP writes its arrays (trap T46): the byte length of letters outside ASCII must be right, or WHMCS
 * drops the field. Read back by PHP itself where it is installed.
 */
import { phpFields } from "../../../src/hooks/whmcs/php";
import { requireTool, runTool } from "../../support/tools";

const FIELDS = { "3": "PT Süd–Ost 東京", "12": 'kutip " dan ; titik', npwp: "" };

test("T46: lengths are bytes, number keys are numbers", () => {
  const written = Buffer.from(phpFields({ "3": "é", npwp: "01" }), "base64").toString("utf8");
  expect(written).toBe('a:2:{i:3;s:2:"é";s:4:"npwp";s:2:"01";}');
});

requireTool("php")("T46: PHP reads back what was written", () => {
  const script = "echo json_encode(unserialize(base64_decode($argv[1]), ['allowed_classes' => false]));";
  expect(JSON.parse(runTool("php", ["-r", script, phpFields(FIELDS)]))).toEqual(FIELDS);
});
