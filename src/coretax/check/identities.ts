import { placeOf, valueOf, type Element } from "./element";
import { faultIf, type XmlFault } from "./faults";

const ZEROS = "0".repeat(16);

const is16 = (value: string): boolean => /^\d{16}$/.test(value);
const is22 = (value: string): boolean => /^\d{22}$/.test(value);

/** The seller's NPWP at the head of the file. */
export function sellerFaults(file: Element): readonly XmlFault[] {
  const tin = valueOf(file, "TIN");
  if (tin === undefined) return [];
  const place = placeOf(file, "TIN");
  return [
    ...faultIf(tin === "", "value_missing", place),
    ...faultIf(tin !== "" && (!is16(tin) || tin === ZEROS), "seller_tin_malformed", place, { found: tin }),
  ];
}

/** Who sells and who buys: NPWP, NITKU and the other documents. `tin` is the file's, when it has one. */
export function identityFaults(head: Element, tin: string | undefined): readonly XmlFault[] {
  return [...sellerPlaceFaults(head, tin), ...buyerFaults(head), ...countryFaults(head)];
}

function sellerPlaceFaults(head: Element, tin: string | undefined): readonly XmlFault[] {
  const nitku = valueOf(head, "SellerIDTKU") ?? "";
  if (nitku === "") return [];
  const place = placeOf(head, "SellerIDTKU");
  const ofOther = is22(nitku) && tin !== undefined && is16(tin) && !nitku.startsWith(tin);
  return [
    ...faultIf(!is22(nitku), "seller_idtku_malformed", place, { found: nitku }),
    ...faultIf(ofOther, "seller_idtku_not_of_tin", place, { found: nitku, expected: tin ?? "" }),
  ];
}

/** The sheet "Keterangan" and PER-11/PJ/2025 art. 33(b), 34: an NPWP, or sixteen zeros with another number. */
function buyerFaults(head: Element): readonly XmlFault[] {
  const document = valueOf(head, "BuyerDocument");
  switch (document) {
    case undefined:
    case "":
      return [];
    case "TIN":
      return taxpayerFaults(head);
    case "National ID":
    case "Passport":
    case "Other ID":
      return otherBuyerFaults(head, document);
    default:
      return faultIf(true, "buyer_document_unknown", placeOf(head, "BuyerDocument"), { found: document });
  }
}

function taxpayerFaults(head: Element): readonly XmlFault[] {
  const npwp = valueOf(head, "BuyerTin") ?? "";
  const number = valueOf(head, "BuyerDocumentNumber") ?? "";
  const nitku = valueOf(head, "BuyerIDTKU") ?? "";
  const isNpwp = is16(npwp) && npwp !== ZEROS;
  const buyer = placeOf(head, "BuyerTin");
  const place = placeOf(head, "BuyerIDTKU");
  return [
    ...faultIf(npwp === ZEROS, "buyer_tin_zeros", buyer),
    ...faultIf(npwp !== "" && !is16(npwp), "buyer_tin_malformed", buyer, { found: npwp }),
    // DJP's samples have "-" and nothing; both pass (coretax-xml 1.5).
    ...faultIf(
      number !== "" && number !== "-",
      "buyer_document_number_unneeded",
      placeOf(head, "BuyerDocumentNumber"),
      { found: number },
    ),
    ...faultIf(nitku !== "" && !is22(nitku), "buyer_idtku_malformed", place, { found: nitku }),
    ...faultIf(isNpwp && is22(nitku) && !nitku.startsWith(npwp), "buyer_idtku_not_of_buyer", place, {
      found: nitku,
      expected: npwp,
    }),
  ];
}

function otherBuyerFaults(
  head: Element,
  document: "National ID" | "Passport" | "Other ID",
): readonly XmlFault[] {
  const npwp = valueOf(head, "BuyerTin") ?? "";
  const number = valueOf(head, "BuyerDocumentNumber");
  const nitku = valueOf(head, "BuyerIDTKU") ?? "";
  const numberPlace = placeOf(head, "BuyerDocumentNumber");
  const isMissing = number === "" || number === "-";
  return [
    ...faultIf(npwp !== "" && npwp !== ZEROS, "buyer_tin_not_zeros", placeOf(head, "BuyerTin"), {
      found: npwp,
    }),
    ...faultIf(isMissing, "buyer_document_number_missing", numberPlace),
    ...faultIf(
      document === "National ID" && number !== undefined && !isMissing && !is16(number),
      "buyer_nik_malformed",
      numberPlace,
      { found: number ?? "" },
    ),
    // The sheet says 000000, practice NIK + 000000; neither is proven wrong (coretax-xml 1.5, certainty U).
    ...faultIf(
      nitku !== "" && nitku !== "000000" && !is22(nitku),
      "buyer_idtku_malformed",
      placeOf(head, "BuyerIDTKU"),
      { found: nitku },
    ),
  ];
}

/** DJP's own sample says IND for an Indonesian buyer, which is India (coretax-xml 2.6). */
function countryFaults(head: Element): readonly XmlFault[] {
  const document = valueOf(head, "BuyerDocument");
  const country = valueOf(head, "BuyerCountry") ?? "";
  const isIndonesian = document === "TIN" || document === "National ID";
  if (!isIndonesian || country === "" || country === "IDN") return [];
  const place = placeOf(head, "BuyerCountry");
  return [
    ...faultIf(country === "IND", "buyer_country_is_india", place),
    ...faultIf(country !== "IND" && /^[A-Z]{2,3}$/.test(country), "buyer_country_not_indonesia", place, {
      found: country,
    }),
  ];
}
