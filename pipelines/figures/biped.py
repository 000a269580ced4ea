"""Bodies that stand on two legs: people of every age and role, and animals that stand upright."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.figures import clothes
from pipelines.figures.figure import HEAD_CHEAT, Figure, Limb, darker, lighter, tone
from pipelines.figures.heads import animal_head, person_head
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor
from pipelines.figures.skeleton import Joint, Skeleton

SIDES = (("r", 1), ("l", -1))
ARM_LIMITS = ((-80.0, 225.0), (-110.0, 110.0), (-120.0, 120.0))
KEYPOINT_BONES = {
    "shoulder": "arm",
    "elbow": "fore",
    "wrist": "hand",
    "hip": "thigh",
    "knee": "shin",
    "ankle": "foot",
}
LEG_LIMITS = ((-55.0, 125.0), (-60.0, 60.0), (-60.0, 60.0))


class Biped(Figure):
    """A person. Parameters: see people.json in assets/figures."""

    plan = "biped"

    def bones(self) -> Skeleton:
        p = self.params
        head, leg, build = float(p["head"]), float(p["leg"]), float(p["build"])
        self.height = 1.0
        self.head_half = head / 2
        self.shoulder_y = 1.0 - head * 0.965
        torso = self.shoulder_y - leg
        self.torso = torso
        wide = 0.078 + 0.030 * build + 0.05 * float(p["shoulders"])
        self.shoulder_z = wide
        arm = float(p["arm"]) * (self.shoulder_y - 0.05) * 0.5
        self.arm = (arm * 0.50, arm * 0.50)
        self.hip_z = 0.042 + 0.020 * build
        thigh = (leg - 0.045) * 0.515
        self.leg = (thigh, thigh)
        joints = [
            Joint("pelvis", None, (0, leg, 0)),
            Joint("spine", "pelvis", (0, torso * 0.25, 0), ((-75, 45), (-35, 35), (-50, 50))),
            Joint("chest", "spine", (0, torso * 0.40, 0), ((-50, 30), (-25, 25), (-40, 40))),
            Joint("neck", "chest", (0.0, torso * 0.33, 0), ((-45, 40), (-30, 30), (-60, 60))),
            Joint("head", "neck", (0.006, torso * 0.05, 0), ((-50, 45), (-35, 35), (-75, 75))),
            Joint("tail", "pelvis", (-0.07, 0.02, 0), ((-70, 70), (-60, 60), (-60, 60))),
        ]
        for name, side in SIDES:
            joints += [
                Joint(f"arm_{name}", "chest", (0, torso * 0.24, side * wide), ARM_LIMITS),
                Joint(f"fore_{name}", f"arm_{name}", (0, -self.arm[0], 0), ((0, 150), (0, 0), (0, 0))),
                Joint(f"hand_{name}", f"fore_{name}", (0, -self.arm[1], 0), ((-60, 80), (-40, 40), (-90, 90))),
                Joint(f"thigh_{name}", "pelvis", (0, 0, side * self.hip_z), LEG_LIMITS),
                Joint(f"shin_{name}", f"thigh_{name}", (0, -self.leg[0], 0), ((-150, 0), (0, 0), (0, 0))),
                Joint(f"foot_{name}", f"shin_{name}", (0, -self.leg[1], 0), ((-70, 60), (-20, 20), (-30, 30))),
            ]
        return Skeleton(tuple(joints))

    def find_limbs(self) -> dict[str, Limb]:
        limbs = {}
        for name, side in SIDES:
            limbs[f"hand_{name}"] = Limb(
                f"arm_{name}",
                f"fore_{name}",
                f"hand_{name}",
                self.arm,
                (2, 148),
                (-0.75, -0.35, 0.55 * side),
                False,
                side,
            )
            limbs[f"foot_{name}"] = Limb(
                f"thigh_{name}",
                f"shin_{name}",
                f"foot_{name}",
                self.leg,
                (-148, -1),
                (1.0, 0.0, 0.06 * side),
                True,
                side,
            )
        return limbs

    def stance(self) -> dict[str, tuple[float, float, float]]:
        stoop = float(self.params["stoop"])
        stand: dict[str, tuple[float, float, float]] = {
            "spine": (-0.45 * stoop, 0, 0),
            "chest": (-0.55 * stoop, 0, 0),
            "neck": (0.5 * stoop, 0, 0),
            "head": (0.4 * stoop, 0, 0),
        }
        for name, side in SIDES:
            stand[f"arm_{name}"] = (-4 + 0.5 * stoop, -11 * side - 5 * side * float(self.params["build"]), 0)
            stand[f"fore_{name}"] = (16, 0, 0)
            stand[f"thigh_{name}"] = (5, -2.5 * side, 0)
            stand[f"shin_{name}"] = (-9, 0, 0)
        return stand

    def ground(self, name: str) -> np.ndarray:
        side = 1 if name.endswith("r") else -1
        return np.array([0.004, 0.045, side * (self.hip_z + 0.012)])

    # surfaces

    def rings(self, s: Sculptor, extra: float = 0.0) -> list[Ball]:
        """The torso's sections from the hips to the neck; `extra` is what clothes add."""
        p = self.params
        b, belly = float(p["build"]), float(p["belly"])
        t, w = self.torso, self.shoulder_z
        chest = 0.062 + 0.022 * b + 0.02 * float(p["shoulders"])
        rows = (
            ("pelvis", -0.02, 0.0, 0.062 + 0.030 * b + 0.02 * belly, self.hip_z + 0.042 + 0.02 * b),
            (
                "spine",
                0.0,
                0.008 + 0.022 * belly,
                0.060 + 0.035 * b + 0.045 * belly,
                self.hip_z + 0.036 + 0.028 * b + 0.03 * belly,
            ),
            ("chest", -0.06 * t, 0.004 + 0.008 * belly, chest + 0.016 * belly, w * 0.94 + 0.008 * belly),
            ("chest", 0.19 * t, 0.0, chest * 0.86, w * 0.95),
            ("neck", -0.02 * t, 0.0, 0.038, 0.042 + 0.008 * b),
        )
        breath = 1 + 0.02 * self.breath
        return [
            s.ball(bone, (x, up, 0), ((deep + extra) * breath, 0.045 if bone != "neck" else 0.02, side + extra))
            for bone, up, x, deep, side in rows
        ]

    def skull(self, s: Sculptor) -> Ball:
        """Return the ball of the head without hair and hat."""
        h = self.head_half
        return s.ball("head", (0.10 * h, h * 0.92, 0), (h * 0.92, h * 0.96, h * 0.93))

    def sculpt(self, s: Sculptor, pose: Pose) -> None:
        self.breath = pose.breath
        wear = clothes.Wardrobe(self, s, pose)
        wear.torso()
        for name, side in SIDES:
            wear.leg(name, side)
            wear.arm(name, side)
        wear.extras()
        if self.params["face"] == "person":
            person_head(self, s, pose)
        else:
            head = self.params["face_params"]
            h = self.head_half
            skull = s.ball("head", (0.12 * h, h * 0.86, 0), (h * 0.98, h * 0.90, h * 1.0))
            animal_head(s, "head", skull, head, pose, depth=float(s.near(skull.centre)) + 0.10, hats=self.params)
            self._tail(s, pose)

    def _tail(self, s: Sculptor, pose: Pose) -> None:
        from pipelines.figures.tails import tail

        tail(s, "tail", self.params["face_params"], 0.42, pose)

    def places(self, s: Sculptor) -> dict[str, np.ndarray]:
        found = {f"hand_{n}": s.spot(f"hand_{n}", (0.01, -0.03, 0)) for n, _ in SIDES}
        skull = self.skull(s)
        found |= {
            "mouth": skull.at(0, -32, 1.05),
            "eyes": skull.at(0, 4, 1.0),
            "head": skull.at(0, 90, 1.0),
            "seat": s.spot("pelvis", (-0.02, -0.06, 0)),
        }
        found |= {"back": s.spot("chest", (-0.09, 0, 0)), "chest": s.spot("chest", (0.09, 0, 0))}
        return found | {f"foot_{n}": s.spot(f"foot_{n}", (0.02, -0.045, 0)) for n, _ in SIDES}

    def joints(self, s: Sculptor) -> dict[str, np.ndarray]:
        found = {f"{point}_{n}": s.spot(f"{bone}_{n}") for n, _ in SIDES for point, bone in KEYPOINT_BONES.items()}
        found["neck"] = (found["shoulder_r"] + found["shoulder_l"]) / 2
        skull = self.skull(s)
        face = {"nose": skull.at(0, -8, 1.0)}
        for name, side in SIDES:
            face |= {f"eye_{name}": skull.at(24 * side, 6, 0.98), f"ear_{name}": skull.at(88 * side, 0, 1.0)}
        middle = s.near(skull.centre)
        return found | {point: place for point, place in face.items() if s.near(place) > middle}


def skin_of(params: dict[str, Any]) -> np.ndarray:
    """Return the colour of the skin that the parameters name."""
    return tone(params, "skin")


__all__ = ["HEAD_CHEAT", "Biped", "darker", "lighter", "skin_of"]
