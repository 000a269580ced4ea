"""Skies: the hour's gradient, sun and moon, stars, cumulus and drawn-out clouds, rain, snow and fog in front."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Plane, gradient, mix, rgb, smoothstep
from pipelines.scenes.easel import Easel, generator, sun_pool


@generator("sky")
def paint_sky(easel: Easel, *, clouds: float = 1.0, orb: bool = True) -> None:
    """Everything behind the land; `clouds` 0 (bare) .. 2 (full). It has its own chances, so the land is the same at every hour."""
    land_rng, easel.rng = easel.rng, np.random.default_rng(int(easel.rng.integers(2**31)))
    plane, light = easel.plane("sky"), easel.light
    reach = max(easel.horizon_y, easel.height * 0.3) / easel.height
    stops = [(place * reach, colour) for place, colour in light.sky]
    plane.fill(gradient(easel.height, [*stops, (1.0, light.sky[-1][1])]), mottle=0.012)
    field = smoothstep(-0.4, 2.0, easel.noise(34, 3, stretch=2.6))  # passages of warmer and cooler paint, barely seen
    plane.lay(field * 0.22, mix(light.sky[-1][1], light.orb, 0.25))
    if light.hour == "night" and light.weather == "clear":
        stars(easel, plane, round(easel.width * easel.height / 3200), easel.horizon_y)
    shown = {noun.split()[-1] for noun in easel.without}
    if orb and {"night": "moon"}.get(light.hour, "sun") not in shown and light.weather in ("clear", "snow"):
        paint_orb(easel, plane)
    if clouds > 0 and light.weather != "fog":
        heavy = light.weather in ("rain", "snow")
        streaks(easel, plane, 0.35 * clouds if not heavy else 0.5)
        cumulus_row(easel, plane, clouds * (1.5 if heavy else 1.0))
    easel.rng = land_rng


def paint_orb(easel: Easel, plane: Plane) -> None:
    """Sun or moon with its glow."""
    light = easel.light
    x = light.orb_at[0] * easel.width
    y = light.orb_at[1] * easel.horizon_y if light.hour in ("sunset", "dawn") else light.orb_at[1] * easel.height
    unit = easel.unit
    night = light.hour == "night"
    radius = unit * {"day": 4.2, "sunset": 6.2, "dawn": 5.2, "night": 5.4}[light.hour]
    for reach, strength in ((46, 0.30), (19, 0.34), (9.5, 0.30)):
        veil = {"day": 0.9, "sunset": 1.15, "dawn": 1.0, "night": 0.42}[light.hour]
        tint = light.orb if not night else rgb("#9db6e8")
        plane.glow(
            sun_pool(easel, x, y, reach * unit) * (strength * veil), tint if light.hour != "sunset" else rgb("#ffc98a")
        )
    plane.lay(easel.mask().disc(x, y, radius), light.orb, 0.97, soft_px=0.5 if night else 1.2)
    if night:
        seas = easel.mask()
        for dx, dy, size in (
            (-0.35, -0.2, 0.30),
            (0.25, 0.1, 0.36),
            (-0.1, 0.45, 0.22),
            (0.35, -0.42, 0.16),
            (-0.5, 0.28, 0.12),
        ):
            seas.disc(x + dx * radius, y + dy * radius, size * radius)
        plane.lay(seas, rgb("#d9d2bd"), 0.55, soft_px=unit * 0.22)


def stars(easel: Easel, plane: Plane, count: int, low_y: float) -> None:
    """Small points of different brightness, some with a glow; fewer towards the horizon."""
    rng, unit = np.random.default_rng(count), easel.unit
    small, large, glow = easel.mask(), easel.mask(), easel.mask()
    for _ in range(count):
        x, y = rng.uniform(0, easel.width), low_y * rng.random() ** 1.25
        size = rng.pareto(3.2)
        if size < 0.55:
            small.disc(x, y, unit * rng.uniform(0.06, 0.12), int(rng.uniform(90, 210)))
        else:
            radius = unit * min(0.30, 0.12 + 0.07 * size)
            large.disc(x, y, radius, 235)
            glow.disc(x, y, radius * 3.4, 80)
            if size > 1.6:  # a drawn sparkle
                arm = radius * 4
                large.convex([(x - arm, y), (x, y - radius * 0.35), (x + arm, y), (x, y + radius * 0.35)])
                large.convex([(x, y - arm), (x - radius * 0.35, y), (x, y + arm), (x + radius * 0.35, y)])
    plane.lay(small, rgb("#e9efff"), 0.9)
    plane.lay(glow, rgb("#b9ccff"), 0.6, soft_px=unit * 0.5)
    plane.lay(large, rgb("#fff8e6"))


def streaks(easel: Easel, plane: Plane, strength: float) -> None:
    """Thin cirrus drawn out along the sky, lit from the orb's side."""
    light = easel.light
    field = smoothstep(0.35, 2.1, easel.noise(9, 4, stretch=5.5))
    rows = np.arange(easel.height, dtype=np.float32)[:, None] / max(1.0, easel.horizon_y)
    field *= smoothstep(0.0, 0.25, rows) * (1 - smoothstep(0.8, 1.0, rows))
    colour = {"day": rgb("#ffffff"), "sunset": rgb("#ffcfa0"), "dawn": rgb("#fff0e6"), "night": rgb("#7f98c8")}[
        light.hour
    ]
    plane.lay(
        field,
        mix(colour, light.sky[-2][1], 0.55 if light.weather != "clear" else 0.1),
        strength * (0.5 if light.hour == "night" else 0.8),
    )


def cumulus_row(easel: Easel, plane: Plane, amount: float) -> None:
    """A few cumulus clouds at different distances, large and high ones near."""
    rng, unit = easel.rng, easel.unit
    count = round(amount * rng.uniform(3.2, 5.4) * (0.6 + 0.4 * easel.width / easel.height))
    for step in sorted(rng.random(count), reverse=True):  # low and small first
        cumulus(
            easel,
            plane,
            rng.uniform(-0.05, 1.05) * easel.width,
            (easel.horizon_y * (0.16 + 0.66 * step)),
            unit * (6 + 30 * (1 - step)) * rng.uniform(0.7, 1.25),
            0.15 + 0.6 * step,
        )


def cloud_tones(easel: Easel, depth: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shade, middle and lit colours of a cloud at this hour; far ones go over into the sky."""
    light = easel.light
    low = light.sky[-1][1]
    lit, mid, shade = {
        "day": ("#fffdf4", "#f3f3ee", "#c4d6e2"),
        "sunset": ("#ffd9ac", "#f0a287", "#8f76a3"),
        "dawn": ("#fff3e4", "#f6d3cd", "#b4a8cb"),
        "night": ("#8ba0cc", "#4c659a", "#2a3f70"),
    }[light.hour]
    tones = [rgb(shade), rgb(mid), rgb(lit)]
    if light.weather != "clear":
        grey = light.sky[-2][1]
        tones = [mix(grey * 0.86, tones[0], 0.2), mix(grey, tones[1], 0.2), mix(mix(grey, low, 0.8), tones[2], 0.25)]
    shade_, mid_, lit_ = (mix(tone, low, depth * 0.65) for tone in tones)
    return shade_, mid_, lit_


def cumulus(
    easel: Easel, plane: Plane, x: float, y: float, across: float, depth: float = 0.3, opacity: float = 0.96
) -> None:
    """One cloud with a flat foot: heaps of discs in three tones, the light ones moved towards the light."""
    rng, toward = easel.rng, easel.toward
    body, middle, top = easel.mask(), easel.mask(), easel.mask()
    low_light = easel.light.hour in ("sunset", "dawn")
    heaps = rng.integers(4, 7)
    foot = y + across * 0.10
    for heap in range(heaps):
        place = (heap + 0.5) / heaps * 2 - 1 + rng.uniform(-0.12, 0.12)
        radius = across * (0.17 + 0.17 * (1 - place * place)) * rng.uniform(0.75, 1.2)
        centre_x, centre_y = x + place * across * 0.78, foot - radius * rng.uniform(0.75, 1.25)
        for _ in range(9):
            angle, away = rng.uniform(0, 2 * np.pi), radius * rng.uniform(0.4, 0.95)
            px, py, size = (
                centre_x + np.cos(angle) * away,
                centre_y + np.sin(angle) * away * 0.8,
                radius * rng.uniform(0.25, 0.5),
            )
            py = min(py, foot - size * 0.55)
            body.disc(px, py, size)
            shift = size * (0.30 if not low_light else 0.22)
            middle.disc(px + toward * shift, py - shift * (0.8 if not low_light else -0.4), size * 0.82)
            if py < centre_y + radius * 0.3:
                top.disc(px + toward * shift * 1.5, py - shift * (1.4 if not low_light else -0.9), size * 0.58)
        body.disc(centre_x, centre_y, radius)
        middle.disc(centre_x + toward * radius * 0.2, centre_y - radius * 0.14, radius * 0.84)
        top.disc(centre_x + toward * radius * 0.34, centre_y - radius * 0.3, radius * 0.58)
    body.ellipse(x, foot - across * 0.07, across * 0.74, across * 0.075)
    for mask in (middle, top):
        np.minimum(mask.cover, body.cover, out=mask.cover)
    shade, mid, lit = cloud_tones(easel, depth)
    soft = max(0.6, across * 0.012)
    low = mix(shade, easel.light.sky[-1][1], 0.35)
    plane.lay(body, easel.fade(shade, low, y - across * 0.5, foot + across * 0.05), opacity, soft_px=soft)
    plane.lay(middle, mid, opacity * 0.8, soft_px=soft * 3.2)
    plane.lay(top, lit, opacity * 0.95, soft_px=soft * 2.2)


# in front of everything


def paint_weather(easel: Easel, name: str = "weather") -> None:
    """Rain, snowflakes or fog: on a plane of their own in front of the objects, or on the sky seen through a window."""
    painter = {"rain": _rain, "snow": _snowfall, "fog": _fog}.get(easel.light.weather)
    if painter is not None:
        painter(easel, easel.plane(name))


def _rain(easel: Easel, plane: Plane) -> None:
    rng, unit = easel.rng, easel.unit
    lean = rng.uniform(0.12, 0.22) * easel.toward
    for count, length, cover, opacity, thick in (
        (520, 4.0, 150, 0.34, 1),
        (240, 7.5, 190, 0.40, 1),
        (70, 12.0, 220, 0.34, 2),
    ):
        drops = easel.mask()
        for _ in range(round(count * easel.width * easel.height / 921600)):
            x, y = rng.uniform(-0.1, 1.1) * easel.width, rng.uniform(-0.1, 1.0) * easel.height
            reach = length * unit * rng.uniform(0.6, 1.2)
            drops.line([(x, y), (x - lean * reach, y + reach)], thick, int(cover * rng.uniform(0.5, 1)))
        plane.lay(drops, mix(easel.light.sky[-1][1], rgb("#ffffff"), 0.35), opacity, soft_px=0.4)


def _snowfall(easel: Easel, plane: Plane) -> None:
    rng, unit = easel.rng, easel.unit
    white = mix(rgb("#ffffff"), easel.light.sky[-1][1], 0.25 if easel.light.hour == "night" else 0.05)
    for count, size, soft, opacity in ((620, 0.20, 0.4, 0.75), (210, 0.42, 0.7, 0.9), (42, 0.95, 2.2, 0.75)):
        flakes = easel.mask()
        for _ in range(round(count * easel.width * easel.height / 921600)):
            flakes.disc(
                rng.uniform(0, easel.width),
                rng.uniform(0, easel.height),
                unit * size * rng.uniform(0.55, 1.25),
                int(rng.uniform(120, 255)),
            )
        plane.lay(flakes, white, opacity, soft_px=soft)


def _fog(easel: Easel, plane: Plane) -> None:
    rows = np.arange(easel.height, dtype=np.float32)[:, None]
    band = np.exp(-(((rows - easel.horizon_y * 1.02) / (0.20 * easel.height)) ** 2))
    plane.lay(np.clip(band * (0.62 + 0.30 * easel.noise(22, 3, stretch=4.0)), 0, 1) * 0.55, easel.light.haze)
    low = np.exp(-(((rows - easel.height * 0.86) / (0.10 * easel.height)) ** 2)) * np.clip(
        0.5 + 0.5 * easel.noise(16, 3, stretch=5.0), 0, 1
    )
    plane.lay(low * 0.22, easel.light.haze)
