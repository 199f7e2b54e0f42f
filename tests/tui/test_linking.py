"""l asks how a channel identity is linked, and says what each way does; what is between is shown."""

from reviewer.domain.journal import State
from reviewer.domain.wire import decode_object
from reviewer.store import operations
from reviewer.store.transaction import transaction
from tests.tui.conftest import OpenBench
from tests.tui.small_queue import NOON


async def test_l_c_releases_and_claims(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("stitch")
        assert "l: or no merge, release and claim" in it.text
        await it.press("l")
        assert "how? s merge (keeps its sessions) · c release and claim" in it.said
        assert "Link the identity" in it.text and "release and claim: no merge; two calls" in it.text
        assert (
            "s · the two become one new contact" in it.text and "c · SocialInstagram 17841400001 will lead" in it.text
        )
        await it.press("c")
        assert it.last_decision().kind == "link"
        assert decode_object(it.last_decision().document)["steps"][0][0] == "release"
        assert "u takes it back until then" in it.said


async def test_l_s_merges(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("stitch")
        await it.press("l", "s")
        assert it.last_decision().kind == "stitch"


async def test_l_leaves_without_a_decision(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("stitch")
        before = it.open_candidates
        await it.press("l", "m", "d", "escape")
        assert it.open_candidates == before and it.screen.message.prompt is None


async def test_l_says_why_a_pair_of_persons_has_nothing_to_link(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("g")
        await it.press("l")
        assert "no contact here is an anonymous channel identity" in it.said


async def test_the_state_between_release_and_claim_is_shown_among_the_operations(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("stitch")
        await it.press("l", "c")
        with transaction(it.screen.desk.database) as connection:
            operations.move(connection, 1, State.SENDING, NOON)
            operations.update_step(connection, 1, 1, state="done")
            operations.move(connection, 1, State.CONFIRMED, NOON)
            operations.move(connection, 1, State.FOLLOWING_UP, NOON)
        it.screen.look_at_progress()
        await it.press("o")
        assert "following up" in it.text and "leads to nobody" in " ".join(it.text.split())
