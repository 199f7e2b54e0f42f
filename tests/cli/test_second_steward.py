"""`reviewer approvals`, `approve` and `reject`, and what settings make of deciding."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer import locations
from reviewer.cli.context import Context
from reviewer.cli.review import start_executor
from reviewer.execute import detached
from reviewer.exit_codes import ExitCode
from reviewer.simulator.serving import ServedOrganization
from reviewer.store import approvals, stamp
from reviewer.store.database import open_database
from tests.cli.conftest import Said
from tests.keys import Keys

Reviewer = Callable[..., Said]

pytestmark = pytest.mark.usefixtures("queued")


@pytest.fixture
def four_eyes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two have to approve everything."""
    monkeypatch.setenv("REVIEWER_FOUR_EYES", "always")


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Be somebody who came through sudo."""
    return lambda name: monkeypatch.setenv("SUDO_USER", name)


Become = Callable[[str], None]


def candidate(reviewer: Reviewer) -> str:
    """The number of the first duplicate."""
    return str(reviewer("queue", "--kind", "duplicate", "--json").json()[0]["id"])


@pytest.mark.usefixtures("four_eyes")
def test_one_proposes_and_another_approves(reviewer: Reviewer, become: Become) -> None:
    become("ada")
    number = candidate(reviewer)
    assert "needs a second steward: " in reviewer("show", number).out
    decided = reviewer("decide", number, "merge", "--note", "seen in the CRM")
    assert "proposed" in decided.out and "who says `reviewer approve 1`; `reviewer undo 1`" in decided.err
    assert reviewer("stage", "--json").json()["staged"] == []
    assert "waiting for a second steward: 1, 0 of them for you" in reviewer("status").out
    own = reviewer("approve", "1")
    assert own.status == ExitCode.REFUSED and "decision 1 is yours: another steward has to approve it" in own.err
    become("bob")
    assert "1 approval waiting for a second steward, 1 of them for you" in reviewer("approvals").err
    (row,) = reviewer("approvals", "--json").json()
    assert (row["decision"], row["proposer"], row["note"], row["yours"]) == (1, "ada", "seen in the CRM", False)
    shown = reviewer("approvals", "1").out
    assert "Smith" in shown and "proposed by ada at" in shown and "note: seen in the CRM" in shown
    assert "changed since" not in shown
    approved = reviewer("approve", "1", "--note", "so did I")
    assert "approved" in approved.out and "staged as operation 1, sent from" in approved.err
    assert [one["operation"] for one in reviewer("stage", "--json").json()["staged"]] == [1]
    told = reviewer("audit", "show", "1").out
    assert "approved by bob at " in told and told.count(", so did I") == 1 and "proposed by" not in told
    assert reviewer("approvals", "--json").json() == []


@pytest.mark.usefixtures("four_eyes")
def test_a_rejected_one_is_back_in_the_queue_with_the_note(reviewer: Reviewer, become: Become) -> None:
    become("ada")
    number = candidate(reviewer)
    reviewer("decide", number, "merge")
    become("bob")
    assert reviewer("reject", "1").status == ExitCode.USAGE
    rejected = reviewer("reject", "1", "--note", "father and son")
    assert rejected.status == ExitCode.OK and f"rejected; candidate {number} is back in the queue" in rejected.out
    assert "rejected by bob: father and son" in reviewer("show", number).out
    assert reviewer("approve", "1").status == ExitCode.REFUSED
    assert "rejected merge" in reviewer("audit").out


@pytest.mark.usefixtures("four_eyes")
def test_the_automatic_rung_says_how_many_it_proposed(reviewer: Reviewer) -> None:
    automatic = len(reviewer("auto", "--json").json())
    assert automatic
    assert f"0 approved and staged, {automatic} proposed" in reviewer("auto", "--approve").out


def test_an_unknown_decision_and_one_that_needs_nobody(reviewer: Reviewer) -> None:
    assert reviewer("approve", "7").status == ExitCode.NOT_FOUND
    reviewer("decide", candidate(reviewer), "merge")
    said = reviewer("approvals", "1")
    assert (
        said.status == ExitCode.REFUSED and "does not wait for a second steward: its operation 1 is staged" in said.err
    )


# Signed


@pytest.fixture
def keys(queued: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keys:
    """Approvals are signed; nobody's key is set yet."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setenv("REVIEWER_SIGNED", "true")
    with open_database(queued) as database:
        stamp.claim_organization(database, "an-organisation", "ACME")
    return Keys(tmp_path / "keys")


@pytest.mark.usefixtures("keys")
def test_where_approvals_are_signed_nothing_is_decided_without_a_key_and_all_can_be_looked_at(
    reviewer: Reviewer,
) -> None:
    number = candidate(reviewer)
    assert reviewer("show", number).status == ExitCode.OK
    refused = reviewer("decide", number, "merge")
    assert refused.status == ExitCode.SETTINGS and "name your SSH key as signing_key" in refused.err
    assert reviewer("decide", number, "distinct").status == ExitCode.OK, "what sends nothing is not signed"


def test_a_decision_is_signed_with_the_key_that_is_set(
    reviewer: Reviewer, keys: Keys, become: Become, monkeypatch: pytest.MonkeyPatch
) -> None:
    become("ada")
    monkeypatch.setenv("REVIEWER_SIGNING_KEY", str(keys.make("ada")))
    assert reviewer("decide", candidate(reviewer), "merge").status == ExitCode.OK
    with open_database(locations.database("default")) as database:
        (yes,) = approvals.of_operation(database, 1)
    assert (yes.principal, yes.uid) == ("ada", os.getuid())
    assert yes.signature.startswith("-----BEGIN SSH SIGNATURE-----")
    assert re.search(r"proposed by ada at .*, signed with the key of ada", reviewer("audit", "show", "1").out)


def test_a_key_that_cannot_sign_leaves_everything_as_it_was(
    reviewer: Reviewer, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = candidate(reviewer)
    monkeypatch.setenv("REVIEWER_SIGNING_KEY", str(keys.make("locked", passphrase="a secret")))
    refused = reviewer("decide", number, "merge")
    assert refused.status == ExitCode.REFUSED and "let an agent hold it" in refused.err
    assert candidate(reviewer) == number and "decided" not in reviewer("audit").out


def test_a_database_of_no_organisation_yet_cannot_be_signed_for(
    reviewer: Reviewer, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_database(locations.database("default")) as database:
        stamp.erase(database, "organization")
    monkeypatch.setenv("REVIEWER_SIGNING_KEY", str(keys.make("ada")))
    refused = reviewer("decide", candidate(reviewer), "merge")
    assert refused.status == ExitCode.DATABASE and "run `reviewer sync` first" in refused.err


def test_the_executor_refuses_to_run_without_a_file_of_allowed_signers_that_only_it_can_change(
    reviewer: Reviewer, served: ServedOrganization, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = reviewer("execute")
    assert without.status == ExitCode.SETTINGS and "has no allowed_signers to check them by" in without.err
    keys.allowed_file.chmod(0o666)
    monkeypatch.setenv("REVIEWER_ALLOWED_SIGNERS", str(keys.allowed_file))
    open_to_all = reviewer("execute")
    assert open_to_all.status == ExitCode.SETTINGS and "can be written by others" in open_to_all.err
    assert served.read("calls") == []


@pytest.mark.usefixtures("keys")
def test_where_an_executor_could_check_no_signature_the_workbench_starts_none(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []

    def start(*given: object) -> int:
        started.append(given)
        return 1

    monkeypatch.setattr(detached, "start_detached", start)
    assert start_executor(Context()) == "it is sent by the executor of its own user, which does not run now"
    assert started == []
    monkeypatch.setenv("REVIEWER_ALLOWED_SIGNERS", "/etc/reviewer/allowed_signers")
    assert start_executor(Context()) == "the executor was started (process 1)" and len(started) == 1
