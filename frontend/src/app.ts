// Starts the modules of every page. Order matters only for tables before keys (a focused row answers first).
import htmx from "htmx.org";
import { correct } from "./clock";
import { startTimers } from "./countdown";
import { meta } from "./dom";
import { startDrafts } from "./drafts";
import { startFilters } from "./filters";
import { focusFirstError, startForms } from "./forms";
import { startHits } from "./hits";
import { startKeys } from "./keys";
import { startLive } from "./live";
import { startLocate } from "./locate";
import { startLock } from "./lock";
import { startMenus } from "./menus";
import { startPhoneBar } from "./phone/bar";
import { startPickers } from "./picker";
import { startPlanner } from "./planner";
import { startPlayers } from "./player";
import { startTables } from "./tables";
import { startTheme } from "./theme";
import { startToasts, toast } from "./toast";
import { startUploads } from "./upload";
import { word } from "./words";

function startHtmx(): void {
  Object.assign(htmx.config, { allowEval: false, allowScriptTags: false, includeIndicatorStyles: false, selfRequestsOnly: true });
  // What is drawn reacts at once: otherwise keys pressed within the first 20 ms would reach buttons that do nothing yet.
  htmx.config.defaultSettleDelay = 0;
  // A business no (409, 422) is an answer to show; other errors are told as a toast.
  htmx.config.responseHandling = [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409", swap: true, error: false },
    { code: "422", swap: true, error: false },
    { code: "[45]..", swap: false, error: true },
  ];
  document.addEventListener("htmx:configRequest", (event) => {
    const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
    headers["X-CSRFToken"] = meta("csrf-token");
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr, requestConfig } = (event as CustomEvent).detail as { xhr: XMLHttpRequest; requestConfig?: { verb?: string } };
    if (xhr.status === 401) location.reload();
    else if (requestConfig?.verb !== "get") toast(word(xhr.status === 403 ? "forbidden" : "failed"), "red");
  });
  // A part of the frame that is sent to the page we are on already stays empty instead of loading it again and again.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, requestConfig } = (event as CustomEvent).detail as { xhr: XMLHttpRequest; requestConfig?: { verb?: string } };
    const to = xhr.getResponseHeader("HX-Redirect");
    if (to && requestConfig?.verb === "get" && new URL(to, location.href).pathname === location.pathname) event.preventDefault();
  });
  document.addEventListener("htmx:sendError", (event) => {
    const { requestConfig } = (event as CustomEvent).detail as { requestConfig?: { verb?: string } };
    if (requestConfig?.verb !== "get") toast(word("offline"), "red");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    correct(((event as CustomEvent).detail as { xhr?: XMLHttpRequest }).xhr?.getResponseHeader("X-Server-Time") ?? null);
  });
  htmx.onLoad((root) => {
    if (!(root instanceof Element)) return;
    startPickers(root.parentElement ?? root);
    startDrafts(root.parentElement ?? root);
    startUploads(root.parentElement ?? root);
    startFilters(root.parentElement ?? root);
    startPlayers(root.parentElement ?? root);
    if (root.matches("form, .refusal") || root.querySelector(".is-invalid, [data-autofocus]")) focusFirstError(root.parentElement ?? root);
  });
}

startTheme();
startHtmx();
startToasts();
startMenus();
startTables();
startHits();
startKeys();
startForms();
startFilters();
startTimers();
startPickers();
startDrafts();
startUploads();
startLive();
startLocate();
startPlanner();
startPlayers();
startLock();
startPhoneBar();
