// @ts-check
// The stage without a studio: one change of a scene's record, and what the editor shows of it, from the studio's own drawings. What somebody does, feels and holds needs the studio.

const WIDTH = 1280,
  HEIGHT = 720,
  METRE = 0.25,
  LEAST = 0.08,
  HIGH = 0.2,
  LARGE = 2; // how long a storybook metre is at the front, how small anything may be, how tall it is in the sky, as shares of the height; metres of what stands far off
const SHADOW = `data:image/svg+xml,${encodeURIComponent("<svg xmlns='http://www.w3.org/2000/svg' width='200' height='40'><radialGradient id='s'><stop offset='0' stop-opacity='.45'/><stop offset='1' stop-opacity='0'/></radialGradient><ellipse cx='100' cy='20' rx='100' ry='20' fill='url(#s)'/></svg>")}`;
const SPOTS = [0.5, 0.26, 0.74, 0.38, 0.62, 0.14, 0.86];

/**
 * A part of a scene's record, as pipelines/scenes/record.py has it: `placed` is where each of its number stands, and how long a metre is there.
 * @typedef {{ id: string, noun: string, said?: string, count?: number, size?: string, colour?: string, facing?: string, placed: number[][] }} Part
 * @typedef {{ kind: string, subject: string, object: string }} Relation
 * @typedef {{ place: string, actors?: Part[], things?: Part[], relations?: Relation[] }} Scene
 * @typedef {{ part: Part, member: number, x: number, y: number, spread: number, box: number[], z: number, drawn: Drawn }} Shown
 * @typedef {{ url: string, wide: number, sunk: number }} Drawn
 */

/** @type {Promise<any> | null} */
let read = null;
const materials = () =>
  (read ??= fetch("studio/assets/stage.json")
    .then(answer => answer.json())
    .catch(error => {
      read = null;
      throw error;
    }));
/** What can be chosen here. */
export const offered = async () => (await materials()).choices;

/** Small pictures of nouns. @param {string[]} nouns */
export async function pictured(nouns) {
  const all = await materials();
  return {
    pictures: Object.fromEntries(
      nouns.map(noun => [noun, all.figures[noun] || all.things[noun] ? drawing(all, { noun }, false).url : ""]),
    ),
  };
}

/** A scene after a change, and what the editor shows of it. @param {{ scene: Scene | null, change: any, known: string[] }} asked */
export async function staged({ scene, change, known }) {
  const all = await materials(),
    now = /** @type {Scene} */ (structuredClone(scene ?? { place: "meadow" }));
  if (change) CHANGES[change.do](now, change, all);
  const members = partsOf(now)
    .flatMap(part => shownOf(part, all))
    .map(one => ({ ...one, z: depthOf(now, one.part, all) }))
    .sort((a, b) => a.z - b.z);
  const layers = members.flatMap(one =>
    layersOf(one, ["sky", "air"].includes(factsOf(all, one.part.noun).where), known),
  );
  const plane = {
    kind: "plane",
    part: "",
    figure: "",
    key: `place-${now.place}`,
    url: `studio/assets/places/${now.place}.webp`,
    x: 0,
    y: 0,
    width: WIDTH,
    height: HEIGHT,
  };
  return {
    scene: now,
    width: WIDTH,
    height: HEIGHT,
    layers: [plane, ...layers],
    members: members.map(({ part, member, x, y, z, box, spread }) => ({ part: part.id, member, x, y, z, box, spread })),
    setting: { place: now.place, hour: "", weather: "", season: "" },
    line: "",
    words: [],
    notes: [],
    states: {},
    call: null,
  };
}
/** @param {Scene} scene @returns {Part[]} */
const partsOf = scene => [...(scene.actors ?? []), ...(scene.things ?? [])];

// drawings

/** What a thing's drawing says of itself. @type {Map<string, any>} */
const told = new Map();
/** @param {any} all @param {string} noun @returns {any} */
function factsOf(all, noun) {
  if (all.figures[noun]) return all.figures[noun];
  if (!told.has(noun))
    told.set(noun, JSON.parse(svgOf(all.things[noun]).querySelector("metadata")?.textContent ?? "{}"));
  return told.get(noun);
}
/** @param {string} text */
const svgOf = text => new DOMParser().parseFromString(text, "image/svg+xml").documentElement;

/** @type {Map<string, Drawn>} */
const drawn = new Map();
/** A part's picture in its colour, looking where it faces; how wide it is beside its height, and how much of that is below its feet. @param {any} all @param {{ noun: string, colour?: string }} part @param {boolean} mirrored */
function drawing(all, { noun, colour = "" }, mirrored) {
  const key = [noun, colour, mirrored].join(),
    made = drawn.get(key);
  if (made) return made;
  const figure = all.figures[noun],
    root = svgOf(figure ? figure.svg : all.things[noun]),
    [left, top, width, height] = (root.getAttribute("viewBox") ?? "").split(" ").map(Number);
  for (const [tone, paint] of Object.entries(all.tones[colour] ?? {}))
    for (const shape of root.querySelectorAll(`[class="${tone}"]`))
      for (const name of ["fill", "stroke"])
        if (![null, "none"].includes(shape.getAttribute(name))) shape.setAttribute(name, paint);
  if (mirrored) {
    const turned = document.createElementNS(root.namespaceURI, "g");
    turned.setAttribute("transform", `translate(${2 * left + width} 0) scale(-1 1)`);
    turned.append(...root.childNodes);
    root.append(turned);
  }
  root.setAttribute("width", String(Math.round((400 * width) / height)));
  root.setAttribute("height", "400");
  const url = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(root)], { type: "image/svg+xml" })),
    found = { url, wide: width / height, sunk: figure ? 0 : (top + height) / height };
  drawn.set(key, found);
  return found;
}
/** Where each of a part's number is seen. @param {Part} part @param {any} all @returns {Shown[]} */
function shownOf(part, all) {
  const facts = factsOf(all, part.noun),
    looksRight = all.figures[part.noun] || facts.turned,
    mirrored = Boolean(part.facing) && (part.facing === "right") !== Boolean(looksRight),
    picture = drawing(all, part, mirrored);
  return part.placed.map(([x, y, spread], member) => {
    const tall = facts.metres * (all.sizes[part.size ?? ""] ?? 1) * spread,
      wide = (tall * picture.wide * HEIGHT) / WIDTH,
      feet = y + picture.sunk * tall;
    return { part, member, x, y, spread, box: [x - wide / 2, feet - tall, x + wide / 2, feet], z: 0, drawn: picture };
  });
}
/** What is nearer stands before the others; what rests on something, just before that. @param {Scene} scene @param {Part} part @param {any} all @returns {number} */
function depthOf(scene, part, all) {
  const base = partsOf(scene).find(
    one => one.id === scene.relations?.find(relation => relation.subject === part.id)?.object,
  );
  return base
    ? depthOf(scene, base, all) + 1e-4
    : factsOf(all, part.noun).where === "sky"
      ? 0
      : Math.max(...part.placed.map(([, y]) => y));
}
/** @param {Shown} one @param {boolean} high @param {string[]} known */
function layersOf({ part, member, box: [x0, y0, x1, y1], drawn: { url } }, high, known) {
  const figure = `${part.id}-${member + 1}`,
    wide = (x1 - x0) * WIDTH,
    tall = (y1 - y0) * HEIGHT,
    common = { part: part.id, figure, x: x0 * WIDTH, width: wide };
  const layers = [
    ...(high
      ? []
      : [{ ...common, kind: "under", key: "shadow", url: SHADOW, y: y1 * HEIGHT - 0.06 * wide, height: 0.12 * wide }]),
    { ...common, kind: "figure", key: url, url, y: y0 * HEIGHT, height: tall },
  ];
  return layers.map(layer => (known.includes(layer.key) ? { ...layer, url: "" } : layer));
}

// changes, by the names that pipelines/scenes/edited.py gives them

/** @type {Record<string, (scene: Scene, change: any, all: any) => void>} */
const CHANGES = {
  add(scene, { noun }, all) {
    const stem = noun.replace(/\W+/g, "-"),
      taken = new Set(partsOf(scene).map(one => one.id));
    let n = 1;
    while (taken.has(`${stem}-${n}`)) n++;
    const kind = all.figures[noun] ? "actors" : "things";
    scene[kind] = [...(scene[kind] ?? []), { id: `${stem}-${n}`, noun, said: noun, placed: [spot(scene, noun, all)] }];
  },
  remove(scene, { id }) {
    for (const kind of /** @type {const} */ (["actors", "things"]))
      scene[kind] = scene[kind]?.filter(one => one.id !== id);
    scene.relations = scene.relations?.filter(one => one.subject !== id && one.object !== id);
  },
  swap(scene, { id, noun }, all) {
    const part = partOf(scene, id),
      [, , spread] = spot(scene, noun, all),
      kind = all.figures[noun] ? "actors" : "things";
    for (const other of /** @type {const} */ (["actors", "things"]))
      scene[other] = scene[other]?.filter(one => one !== part);
    scene[kind] = [
      ...(scene[kind] ?? []),
      Object.assign(part, { noun, said: noun, placed: part.placed.map(([x, y]) => [x, y, spread]) }),
    ];
  },
  set(scene, { id, field, value }) {
    const part = partOf(scene, id),
      [x, y, spread] = part.placed[0];
    /** @type {any} */ (part)[field] = value;
    if (field === "count")
      part.placed = Array.from({ length: value }, (_, n) => part.placed[n] ?? [Math.min(1.1, x + 0.09 * n), y, spread]);
  },
  face(scene, { id, to }) {
    partOf(scene, id).facing = to;
  },
  setting(scene, { value }) {
    scene.place = value;
  },
  move(scene, { id, member, x, y, boxes }, all) {
    const part = partOf(scene, id),
      [fromX, fromY, spread] = part.placed[member],
      riders = (scene.relations ?? []).filter(one => one.object === id).map(one => partOf(scene, one.subject));
    part.placed[member] = [x, y, spread];
    for (const rider of riders) rider.placed = rider.placed.map(([u, v, w]) => [u + x - fromX, v + y - fromY, w]);
    const base = partsOf(scene).find(
      one => one.id !== id && !riders.includes(one) && carries(factsOf(all, one.noun), boxes[one.id], boxes[id], x, y),
    );
    scene.relations = [
      ...(scene.relations ?? []).filter(one => one.subject !== id),
      ...(base ? [{ kind: "on", subject: id, object: base.id }] : []),
    ];
  },
};
/** @param {Scene} scene @param {string} id */
function partOf(scene, id) {
  const found = partsOf(scene).find(one => one.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
}
/** Whether something that is let go with its feet at a point comes to rest on a thing. @param {any} facts @param {number[]} box @param {number[]} own @param {number} x @param {number} y */
function carries(facts, [x0, y0, x1, y1], own, x, y) {
  const top = y0 + (facts.seat ?? 0) * (y1 - y0),
    able = facts.seat !== undefined || facts.posture || facts.under || facts.deck;
  return able && x1 - x0 >= 0.8 * (own[2] - own[0]) && x >= x0 && x <= x1 && Math.abs(y - top) <= 0.35 * (y1 - y0);
}
/** Where there is room for one more: in the sky, on the water or on the ground, what is large farther off. @param {Scene} scene @param {string} noun @param {any} all */
function spot(scene, noun, all) {
  const { metres, where } = factsOf(all, noun),
    { sky, ground, water } = all.places[scene.place],
    middle = (/** @type {number[]} */ [a, b]) => (a + b) / 2;
  const near = metres > LARGE ? 0.2 : all.figures[noun] ? 0.7 : 0.85,
    y =
      where === "sky"
        ? middle(sky) + HIGH / 2
        : where === "air"
          ? sky[1]
          : where === "water" && water
            ? middle(water)
            : ground[0] + near * (ground[1] - ground[0]);
  const room = (/** @type {number} */ x) =>
    Math.min(1, ...partsOf(scene).flatMap(one => one.placed.map(([other]) => Math.abs(other - x))));
  const x = SPOTS.reduce((best, one) => (room(one) > room(best) + 0.01 ? one : best)),
    [far, front] = all.perspective;
  return [
    x,
    y,
    where === "sky"
      ? HIGH / metres
      : Math.min(0.7 / metres, Math.max(LEAST / metres, METRE * (far + near * (front - far)))),
  ];
}
