// The kinds of media as pipelines/core/kinds.py has them: how each is called, what stands in for what, what a file chooser offers.
import { t } from "./core.js";

/** @typedef {{ called: string, isA: string, accept: string, viewer: string, examined: boolean, shared: boolean }} Kind */
/** @type {Record<string, Kind>} */
const KINDS = JSON.parse(document.getElementById("studio-kinds")?.textContent ?? "{}");

export const called = kind => (KINDS[kind] ? t(KINDS[kind].called) : t("a file"));
export const accepted = kind => KINDS[kind]?.accept ?? "";
export const viewerOf = kind => KINDS[kind]?.viewer ?? "picture";
/** Whether Detect examines files of this kind. @param {string} kind */
export const isExamined = kind => KINDS[kind]?.examined ?? false;
/** Whether a link can show them. @param {string} kind */
export const isShared = kind => KINDS[kind]?.shared ?? false;
/** Whether they are pictures, still or moving, which can be shown large. @param {string} kind */
export const isSeen = kind => kind === "video" || kind === "image" || KINDS[kind]?.isA === "image";
/** Whether a file of a kind can stand in a slot of another. @param {string} kind @param {string} wanted */
export const fits = (kind, wanted) =>
  kind === wanted || KINDS[kind]?.isA === wanted || (wanted === "media" && isExamined(kind));
