import type { Router } from "express";
import type { ApiDeps } from "../api/deps";
import { apiRoutes } from "../api/router";
import { accountPage } from "./pages/account";
import { approvalsPage } from "./pages/approvals";
import { auditFile, auditPage } from "./pages/audit";
import { casePage, casesPage, newCasePage } from "./pages/cases";
import { companiesPage } from "./pages/companies";
import { companyPage, evidenceFile } from "./pages/company";
import { coretaxFile, coretaxPage } from "./pages/coretax";
import { fakturDownloads, fakturPage } from "./pages/faktur";
import { fakturExports, faktursPage } from "./pages/fakturs";
import { homePage } from "./pages/home";
import { invoicePage } from "./pages/invoice";
import { kursPage } from "./pages/kurs";
import { mailPreview, mailWordsPage, mailsPage } from "./pages/mail-words";
import { movePage, movesPage } from "./pages/moves";
import { newPortalPage, portalPage } from "./pages/portal";
import { reconciliationFiles, reconciliationPage, reconciliationRunPage } from "./pages/reconciliation";
import { reportFile, reportsPage } from "./pages/reports";
import { sellerPage } from "./pages/seller";
import { newSellerPage, sellerFormPage } from "./pages/seller-form";
import { settingsPage } from "./pages/settings";
import { tokensPage } from "./pages/tokens";
import { newTransferPage, transferPage, transfersPage } from "./pages/transfers";
import { usersPage } from "./pages/users";
import { webhooksPage } from "./pages/webhooks";
import { withoutFakturFile, withoutFakturPage } from "./pages/without-faktur";
import type { Download, Page } from "./page";
import { consoleRouter } from "./router";

/** Every page of the console, a literal list. */
export const consolePages = (d: ApiDeps): readonly Page[] => [
  homePage(d),
  faktursPage(d),
  fakturPage(d),
  accountPage(d),
  companiesPage(),
  companyPage(),
  withoutFakturPage(),
  invoicePage(),
  casesPage(),
  newCasePage(),
  casePage(),
  transfersPage(),
  newTransferPage(),
  movesPage(),
  movePage(),
  transferPage(),
  reconciliationPage(),
  reconciliationRunPage(),
  reportsPage(d),
  kursPage(),
  settingsPage(),
  newSellerPage(),
  sellerPage(),
  sellerFormPage(),
  coretaxPage(d),
  newPortalPage(),
  portalPage(),
  mailsPage(),
  mailWordsPage(),
  usersPage(),
  tokensPage(),
  webhooksPage(),
  approvalsPage(),
  auditPage(),
];

export const consoleDownloads = (): readonly Download[] => [
  ...fakturExports(),
  ...fakturDownloads(),
  evidenceFile(),
  withoutFakturFile(),
  auditFile(),
  mailPreview(),
  ...reconciliationFiles(),
  reportFile(),
  coretaxFile(),
];

/** The console over the API's own routes. */
export const createConsole = (d: ApiDeps): Router =>
  consoleRouter({
    ...{ db: d.db, clock: d.clock, log: d.log, seal: d.seal, newId: d.newId, oidc: d.oidc },
    requireTotp: d.requireTotp,
    routes: apiRoutes(d),
    pages: consolePages(d),
    downloads: consoleDownloads(),
    secure: d.publicUrl.startsWith("https:"),
  });
