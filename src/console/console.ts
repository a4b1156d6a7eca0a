import type { Router } from "express";
import type { ApiDeps } from "../api/deps";
import { apiRoutes } from "../api/router";
import { accountPage } from "./pages/account";
import { faktursPage } from "./pages/fakturs";
import { homePage } from "./pages/home";
import type { Download, Page } from "./page";
import { consoleRouter } from "./router";

/** Every page of the console, a literal list. */
export const consolePages = (d: ApiDeps): readonly Page[] => [homePage(d), faktursPage(), accountPage(d)];

export const consoleDownloads = (): readonly Download[] => [];

/** The console over the API's own routes. */
export const createConsole = (d: ApiDeps): Router =>
  consoleRouter({
    ...{ db: d.db, clock: d.clock, log: d.log, seal: d.seal },
    routes: apiRoutes(d),
    pages: consolePages(d),
    downloads: consoleDownloads(),
    secure: d.publicUrl.startsWith("https:"),
  });
