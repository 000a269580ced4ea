"""Names, titles, kin, "I" and "we", children, professions by gender, what is only spoken about: stories of today, not fables."""

from __future__ import annotations

from pipelines.film.parts.story import told
from pipelines.reading.given import same_name
from pipelines.reading.reader import read


def test_mister_is_not_missis():
    assert same_name("Ada", "Queen Ada") and not same_name("Mr Brown", "Mrs Brown") and not same_name("Ada", "Bo")


def test_people_of_one_word_look_different_and_the_same_in_every_scene():
    found = told("Mia and her little sister Zoe took a bus. Zoe waved at the driver and laughed. Mia slept on the bus.")
    looks = [{part for part in scene["picture"]["prompt"].split(", ") if "girl" in part} for scene in found["scenes"]]
    first, second = sorted(looks[0])
    assert "hair" in first and "hair" in second and all(look <= {first, second} or len(look) == 2 for look in looks)


def test_who_goes_on_speaking_is_the_same_and_a_new_line_is_the_others():
    story = '"I am Bolt," said the robot. "I keep the light."'
    assert [s.who for one in read(f"Ada met a robot. {story}").sentences for s in one.speeches] == [("robot-1",)] * 2
    scenes = told('Ada met a robot. "Hello," said Ada.\n"I am Bolt," said the robot.\n"Good."')["scenes"]
    assert [s["who"] for scene in scenes for s in scene["told"]["speeches"]] == [["ada-1"], ["robot-1"], ["ada-1"]]
