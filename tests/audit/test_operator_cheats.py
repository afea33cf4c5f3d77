"""The operator cheats, holding the log, the record key and the database; `verify` names each."""

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from passport.audit.__main__ import main
from passport.proof import canonical, did, keyevent, leaf
from passport.proof.bundle import Contents
from passport.proof.encoding import b64u_encode
from tests import later, simulated_log, simulator
from tests.simulator import AT, CELLMAKER, PACK, PACKMAKER, Pack, cell_id, key_of, salt

CELLS = [cell_id(each) for each in range(20)]
# A maker whose DID lies on a path of the service, where the operator can write.
GUEST = "did:web:batterypassport.example:makers:guest"
OWN = key_of("issuer", PACKMAKER + "#key-9")
Cheat = Callable[[Pack], Contents]


def everything(pack: Pack) -> Contents:
    """The truth, with an index over it: what an honest operator shows."""
    made = later.indexed(pack)
    return shown(pack, range(len(pack.world.entries)), made)


def shown(pack: Pack, indices, made: Contents, **parts: object) -> Contents:
    """These entries and their documents, with the rest of the contents as they were made."""
    kept = list(indices)
    documents = {pack.world.documents[each] for each in kept}
    fresh = {"checkpoint": pack.world.signed_head(), "documents": list(documents)}
    return replace(made, **{**pack.world.shown(kept), **fresh, **parts})


def hiding(pack: Pack, hidden: int) -> Contents:
    """All but one entry, under a true index, with a sequence that fits what is shown."""
    made = later.indexed(pack)
    kept = [each for each in range(len(pack.world.entries)) if each != hidden]
    chain = [each for each in pack.world.chains[PACK] if each != hidden]
    last = leaf.decode(pack.world.entries[chain[-1]]).sequence
    return shown(pack, kept, made, batteries={PACK: last})


def nothing(pack: Pack) -> Contents:
    return everything(pack)


def swaps_the_key_of_a_guest(pack: Pack) -> Contents:
    """The service's own key, listed in the did.json that it serves for the maker."""
    forged = key_of("issuer", GUEST + "#key-1")
    pack.world.enrol(forged)
    claim = simulator.sign(forged, simulator.origin_of(forged, PACK))
    pack.world.enter("attestation", claim, forged.name, [PACK])
    made = later.indexed(pack)
    salts = {**made.salts, GUEST: salt(GUEST)}
    subjects = (*made.batteries, cell_id(0), CELLMAKER, PACKMAKER, GUEST)
    rows = later.rows_of(pack.world, later.everybody(pack).items())
    entry = later.take_snapshot(pack.world, rows)
    index = later.index_for(entry, rows, subjects)
    return shown(pack, range(len(pack.world.entries)), made, salts=salts, index=index)


def edits_an_event(pack: Pack) -> Contents:
    """As superuser, in the table of events."""
    pack.world.documents[5] = pack.world.documents[5].replace(b'"event":1', b'"event":9')
    return everything(pack)


def deletes_a_middle_event(pack: Pack) -> Contents:
    return hiding(pack, 5)


def hides_the_newest_event(pack: Pack) -> Contents:
    return hiding(pack, later.event(pack, "sold"))


def hides_a_revocation(pack: Pack) -> Contents:
    return hiding(pack, pack.world.revoke(pack.packmaker, suspect_from=0))


def hides_a_withdrawal(pack: Pack) -> Contents:
    return hiding(pack, later.withdraw(pack.world, pack.cellmaker, pack.batch_index, CELLS))


def revocation(pack: Pack) -> bytes:
    """The maker's own, signed and handed in."""
    world = copy.deepcopy(pack.world)
    return world.documents[world.revoke(pack.packmaker, suspect_from=0)]


def taking_back(pack: Pack, at: int, about: list[str]) -> bytes:
    """The cell maker's or pack maker's withdrawal, signed and handed in."""
    world = copy.deepcopy(pack.world)
    key = pack.cellmaker if about == CELLS else pack.packmaker
    return world.documents[later.withdraw(world, key, at, about)]


def files_a_revocation_as_a_claim(pack: Pack) -> Contents:
    """In the maker's own chain, and shown by its digest only."""
    data = revocation(pack)
    pack.world.enter("attestation", data, pack.packmaker.name, [PACKMAKER])
    return later.hide(everything(pack), data)


def files_a_revocation_as_an_event(pack: Pack) -> Contents:
    data = revocation(pack)
    pack.world.enter("event", data, None, [PACKMAKER])
    return later.hide(everything(pack), data)


def shows_a_revocation_as_an_event(pack: Pack) -> Contents:
    pack.world.enter("event", revocation(pack), None, [PACKMAKER])
    return everything(pack)


def shows_a_withdrawal_as_an_event(pack: Pack) -> Contents:
    pack.world.enter("event", taking_back(pack, pack.origin_index, [PACK]), None, [PACK])
    return everything(pack)


def files_a_withdrawal_as_a_claim(pack: Pack) -> Contents:
    data = taking_back(pack, pack.batch_index, CELLS)
    pack.world.enter("attestation", data, pack.cellmaker.name, CELLS)
    return later.hide(everything(pack), data)


def hides_an_event_about_many(pack: Pack) -> Contents:
    return later.hide(everything(pack), pack.world.documents[pack.shared_index])


def rewrites_the_index(pack: Pack) -> Contents:
    """Rows without the newest event, under the entry of the index that was logged."""
    rows = later.rows_of(pack.world, later.everybody(pack).items())
    hidden = later.event(pack, "sold")
    true = later.rows_of(pack.world, later.everybody(pack).items())
    entry = later.take_snapshot(pack.world, true)
    made = later.with_witness(later.without(pack, hidden))
    index = later.index_for(entry, rows, (PACK, cell_id(0), CELLMAKER, PACKMAKER))
    return replace(made, index=index, batteries={PACK: made.batteries[PACK] - 1})


def keeps_a_second_chain(pack: Pack) -> Contents:
    """The maker signed which salt its pack has in the log; the operator shows another chain."""
    claim = simulator.origin_of(pack.packmaker, PACK, logSalt=b64u_encode(bytes(16)))
    data = simulator.sign(pack.packmaker, claim)
    pack.world.enter("attestation", data, pack.packmaker.name, [PACK])
    return everything(pack)


def forges_a_rotation(pack: Pack) -> Contents:
    """From the maker's key to its own: it can prove that it holds that one, but not the other."""
    own_as_old = replace(OWN, name=pack.packmaker.name)
    data = keyevent.rotate(key=own_as_old, new=OWN, challenge="n", created=AT)
    pack.world.enter("key", data, pack.packmaker.name, [PACKMAKER])
    return everything(pack)


def passes_off_a_hosted_key(pack: Pack) -> Contents:
    """A key that it holds itself, brought in as if the maker held it, attests a better origin."""
    pack.world.enrol(OWN)
    claim = simulator.sign(OWN, simulator.origin_of(OWN, PACK, chemistry="LFP"))
    pack.world.enter("attestation", claim, OWN.name, [PACK])
    return everything(pack)


def erases_in_silence(pack: Pack) -> Contents:
    return later.hide(everything(pack), pack.world.documents[5])


def turns_back_the_year(pack: Pack) -> Contents:
    """The old log is said to have ended in another head than its witnesses saw."""
    other = simulator.pack_of_cells(events=2)
    later.event(other, "another past")
    past = other.world.signed_head()
    later.begin_year(pack, "batterypassport.example/log/2027")
    size, _, vkey = pack.world.past[0]
    pack.world.past[0] = (size, past, vkey)
    return replace(everything(pack), previous=later.previous_of(pack.world))


def goes_on_under_the_older_name(pack: Pack) -> Contents:
    """The log has a new name, where the maker's key is revoked; the old one goes on beside it."""
    made = everything(pack)
    later.begin_year(pack, "batterypassport.example/log/2027")
    pack.world.revoke(pack.packmaker)
    return made


def dates_an_entry_back(pack: Pack) -> Contents:
    """To when a claim that has ended since was still good."""
    claim = simulator.origin_of(pack.packmaker, PACK) | {"validUntil": "2020-01-01T00:00:00Z"}
    data = simulator.sign(pack.packmaker, claim)
    with mock.patch.object(simulated_log, "AT", "2019-01-01T00:00:00Z"):
        pack.world.enter("attestation", data, pack.packmaker.name, [PACK])
    return everything(pack)


def shows_another_log_to_the_auditor(pack: Pack) -> Contents:
    """A split view: a head that one of the two witnesses never saw."""
    made = everything(pack)
    return replace(made, checkpoint=pack.world.signed_head(pack.world.witnesses[:1]))


CHEATS: dict[str, tuple[Cheat, int, str]] = {
    "nothing at all": (nothing, 0, "ACCEPTED"),
    "swaps a guest's key on its own host": (swaps_the_key_of_a_guest, 1, "this service's own host"),
    "edits a logged event": (edits_an_event, 2, "at step 4: No entry names the document"),
    "deletes a middle event": (deletes_a_middle_event, 2, f"about {PACK} some are left out"),
    "hides the newest event": (hides_the_newest_event, 2, f"about {PACK} is left out"),
    "hides a revocation": (hides_a_revocation, 2, f"about {PACKMAKER} is left out"),
    "hides the withdrawal of the cells": (hides_a_withdrawal, 2, f"about {cell_id(0)} is left out"),
    "files a revocation as a claim": (files_a_revocation_as_a_claim, 2, "neither a key event nor"),
    "files a revocation as an event": (files_a_revocation_as_an_event, 2, "neither a key event"),
    "shows a revocation as an event": (shows_a_revocation_as_an_event, 2, "neither a key event"),
    "shows a withdrawal as an event": (shows_a_withdrawal_as_an_event, 2, "8 passes off what is"),
    "files a withdrawal as a claim": (files_a_withdrawal_as_a_claim, 1, "it may take them back"),
    "hides an event about many": (hides_an_event_about_many, 1, "event at 7 is shown by its"),
    "rewrites the index": (rewrites_the_index, 2, "are not those of the index snapshot"),
    "keeps a second chain": (keeps_a_second_chain, 2, "another salt than its maker signed"),
    "forges a rotation": (forges_a_rotation, 2, "at step 5: The signature does not verify"),
    "passes off its key as the maker's": (passes_off_a_hosted_key, 1, "by this service only"),
    "erases an event in silence": (erases_in_silence, 1, "event at 5 is shown by its digest only"),
    "turns back the year": (turns_back_the_year, 2, "does not begin with the old one"),
    "goes on under the older name": (goes_on_under_the_older_name, 2, "is an older name of"),
    "dates an entry back": (dates_an_entry_back, 1, "ended before this checkpoint was witnessed"),
    "shows another log": (shows_another_log_to_the_auditor, 2, "The quorum 'both' is not met"),
}


@pytest.mark.parametrize("case", CHEATS)
def test_verify_names_it_when_the_operator(case, tmp_path: Path, capsys):
    cheat, code, words = CHEATS[case]
    pack = simulator.pack_of_cells()
    contents = cheat(pack)
    bundle, trust, served = (tmp_path / each for each in ("bundle", "trust", "did.json"))
    bundle.write_bytes(pack.bundle(contents))
    trust.write_text(pack.world.policy_text(pack.cellmaker, pack.packmaker))
    listed = {GUEST + "#key-1": key_of("issuer", GUEST + "#key-1").multikey}
    served.write_bytes(canonical.encode(did.document(did=GUEST, methods=listed)))

    arguments = ["verify", str(bundle), "--trust", str(trust), "--did-document", str(served)]
    assert main(arguments) == code
    assert words in capsys.readouterr().out
