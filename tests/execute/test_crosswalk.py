"""The crosswalk follows merges of merges, those of others included, and names who was made anew."""

import csv
import json
from pathlib import Path

from reviewer.mirror.fetching import Fetching
from reviewer.review import export
from reviewer.store import contacts
from tests.execute.compensating import approved, mistake, new_id
from tests.execute.scene import Scene
from tests.review.people import RULES


def rows(scene: Scene, path: Path) -> dict[str, dict[str, str]]:
    export.write(scene.desk, export.SOURCES["crosswalk"], path, form="csv", raw=False, overwrite=True)
    with path.open(encoding="utf-8", newline="") as file:
        return {row["old_id"]: row for row in csv.DictReader(file)}


async def fetch(scene: Scene, *ids: str) -> None:
    async with scene.client() as client:
        await Fetching(client, scene.database, RULES).fetch(ids)


async def test_an_old_id_leads_to_its_contact_with_the_approval(scene: Scene, tmp_path: Path) -> None:
    operation = await scene.approved()
    assert rows(scene, tmp_path / "crosswalk.csv") == {}, "nothing is merged yet"
    await scene.run()
    found = rows(scene, tmp_path / "crosswalk.csv")
    assert sorted(found) == scene.members(operation)
    merged = await scene.read(scene.members(operation)[0])
    for row in found.values():
        assert (row["canonical_id"], row["merged_at"]) == (merged["id"], merged["createDate"])
        assert (row["operation"], row["decision"]) == (str(operation), str(scene.operation(operation).decision))
        assert (row["approved_by"], row["rung"], row["state"]) == ("ada", "steward", "done")
        assert row["approved_at"] and row["recreated_as"] == ""


async def test_it_follows_merges_of_merges_of_others_too(scene: Scene, tmp_path: Path) -> None:
    operation = await scene.approved()
    await scene.run()
    canonical = str(scene.operation(operation).canonical)
    other = scene.view(await scene.pair()).columns[0].contact_id
    head = await scene.elsewhere(canonical, other)
    await fetch(scene, canonical, other)
    found = rows(scene, tmp_path / "crosswalk.csv")
    assert {row["canonical_id"] for row in found.values()} == {head}
    assert set(found) == {*scene.members(operation), canonical, other}
    created = (await scene.read(head))["createDate"]
    assert (found[canonical]["operation"], found[canonical]["state"]) == ("", "merged by others")
    assert (found[canonical]["approved_by"], found[canonical]["merged_at"]) == ("", created)


async def test_an_id_that_leads_nowhere_says_so(scene: Scene, tmp_path: Path) -> None:
    operation = await scene.approved()
    await scene.run()
    contacts.mark_gone(scene.database, [str(scene.operation(operation).canonical)])
    for row in rows(scene, tmp_path / "crosswalk.csv").values():
        assert (row["canonical_id"], row["state"]) == ("", "done; gone from the service")


async def test_who_was_made_anew_appears_with_the_new_id(scene: Scene, tmp_path: Path) -> None:
    found = await mistake(scene)
    operation = (await approved(scene, found)).operation or 0
    await scene.run()
    path = tmp_path / "crosswalk.jsonl"
    export.write(scene.desk, export.SOURCES["crosswalk"], path, form="jsonl", raw=False)
    told = {row["old_id"]: row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    assert told[found.lee]["recreated_as"] == new_id(scene, operation)
    assert told[found.kim]["recreated_as"] == ""
    assert told[found.lee]["canonical_id"] == scene.operation(found.merge).canonical, "an alias stays one"


async def test_it_outlives_the_erasing_of_requests_and_answers(scene: Scene, tmp_path: Path) -> None:
    operation = await scene.approved()
    await scene.run()
    before = rows(scene, tmp_path / "crosswalk.csv")
    scene.database.connection.execute("UPDATE operation_step SET request = CAST('{}' AS BLOB), answer = NULL")
    after = rows(scene, tmp_path / "crosswalk.csv")
    assert list(after) == list(before) and {row["operation"] for row in after.values()} == {str(operation)}
