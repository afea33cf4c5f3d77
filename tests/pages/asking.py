"""What a service shows of a story when somebody asks for a bundle: mostly all that it should."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from random import Random
from typing import Any

from passport.proof import bundle, canonical, did, leaf
from passport.proof.bundle import RecordKey
from passport.proof.contents import Contents, ItemGroup, MemberGroup, Previous
from tests import later, simulator
from tests.pages import mutants
from tests.pages.mutants import Case
from tests.pages.stories import CELLS, MAKERS, MODULE, Story, tell
from tests.simulator import PACK


def asked(chance: Random) -> Case:
    """A bundle about a pack whose story nobody has heard before."""
    story = tell(chance)
    key = RecordKey(method=story.world.record.name, signer=story.world.record.private_key)
    data = bundle.assemble(contents=_contents(story), key=key, at=simulator.AT)
    keys = list(story.keys.values())
    pinned = chance.sample(keys, chance.randrange(len(keys) + 1))
    return Case("a story", data, story.world.policy_text(*pinned), _dids(story))


def _contents(story: Story) -> Contents:
    world = story.world
    hidden = {each for each in range(len(world.entries)) if story.seldom(0.008)}
    shown = [each for each in range(len(world.entries)) if each not in hidden]
    gone = {each for each in story.erased if not story.seldom(0.1)}
    keys = {each for each in shown if b'"k":"key"' in world.entries[each]}
    dropped = {each for each in shown if story.seldom(0.002 if each in keys else 0.02)}
    documents = [world.documents[each] for each in shown if each not in gone | dropped]
    asked_about = [each for each in (PACK, MODULE) if each == PACK or story.seldom(0.2)]
    items = _items(story, documents)
    members = _members(story, shown, asked_about)
    made = Contents(
        batteries={each: len(world.chains.get(each, ())) - 1 for each in asked_about},
        checkpoint=world.signed_head(),
        salts=_salts(story, shown, members, asked_about),
        previous=_previous(story),
        documents=documents,
        items=items,
        members=members,
        components=_components(items, story.chance),
        timestamps=[story.chance.randbytes(9)] if story.seldom(0.05) else [],
        **world.shown(shown),  # type: ignore[arg-type]
    )
    return _indexed(story, made) if story.snapshots and not story.seldom(0.1) else made


def _salts(
    story: Story, shown: list[int], members: list[MemberGroup], asked_about: list[str]
) -> dict[str, bytes]:
    chains = story.world.chains.items()
    subjects = {who for who, chain in chains if who is not None and set(chain) & set(shown)}
    subjects |= {who for group in members for _, who in group.rows}
    if story.seldom(0.02):
        subjects |= set(asked_about)
    return {each: simulator.salt(each) for each in subjects}


def _members(story: Story, shown: list[int], asked_about: list[str]) -> list[MemberGroup]:
    """Of entries about many the asked ones; those of batches speak for themselves."""
    batches = {leaf.decode(story.world.entries[each]).subject for each in story.batches}
    found = []
    for index in shown:
        about, entry = story.world.about[index], leaf.decode(story.world.entries[index])
        named = [each for each in about if each in asked_about]
        if len(about) > 1 and entry.subject not in batches and named:
            found.append(simulator.members_of(index, about, named))
    return found


def _items(story: Story, documents: list[bytes]) -> list[ItemGroup]:
    found = []
    for index, made in story.batches.items():
        if story.world.documents[index] in documents:
            digest = hashlib.sha256(story.world.documents[index]).digest()
            places = story.chance.sample(range(len(made.items)), len(made.items) // 2 + 1)
            found.append(simulator.items_of(digest, made, places))
    return found


def _components(items: list[ItemGroup], chance: Random) -> dict[str, list[str]]:
    """The cells shown, and perhaps one more, in the pack or in a module of it."""
    rows: list[Any] = [canonical.loads(item) for group in items for _, item in group.rows]
    cells = sorted({str(row["id"]) for row in rows} | set(chance.sample(CELLS, 1)))
    return chance.choice(
        [{PACK: cells}, {PACK: cells}, {PACK: [MODULE], MODULE: cells}, {PACK: CELLS}]
    )


def _previous(story: Story) -> list[Previous]:
    found = later.previous_of(story.world)
    if found and story.seldom(0.2):
        spoilt = found[0]
        head = simulator.Simulator(log=story.world.log).signed_head()
        ways = (
            found[:-1],
            found[::-1],
            [*found, spoilt],
            [replace(spoilt, path=spoilt.path[:-1]), *found[1:]],
            [replace(spoilt, path=()), *found[1:]],
            [replace(spoilt, path=(*spoilt.path, bytes(32))), *found[1:]],
            [replace(spoilt, path=(bytes(32), *spoilt.path[1:])), *found[1:]],
            [replace(spoilt, checkpoint=head, path=()), *found[1:]],
            [replace(spoilt, checkpoint=spoilt.checkpoint[:-9] + b"\n"), *found[1:]],
        )
        return story.chance.choice(ways)
    return found


def _indexed(story: Story, made: Contents) -> Contents:
    """The same with the newest snapshot, or an older one, about everybody it must speak about."""
    entry, rows = story.chance.choice([story.snapshots[-1], *story.snapshots])
    cells = {_first_cell(group) for group in made.items if not story.seldom(0.03)}
    subjects = sorted({*made.salts, *made.batteries, *cells})
    salts = {each: simulator.salt(each) for each in subjects}
    if story.seldom(0.05):
        subjects.pop(story.chance.randrange(len(subjects)))
    index = later.index_for(entry, rows, subjects)
    ways = (
        replace(index, nodes=index.nodes[:-1]),
        replace(index, entry=entry - 1),
        replace(index, rows=index.rows[:-1]),
        replace(index, rows=tuple((at, row[::-1]) for at, row in index.rows)),
        replace(index, rows=(), nodes=()),
    )
    spoilt = story.chance.choice(ways) if story.seldom(0.06) else index
    return replace(made, salts=salts, index=spoilt)


def _first_cell(group: ItemGroup) -> str:
    item: Any = canonical.loads(group.rows[0][1])
    return str(item["id"])


def _dids(story: Story) -> dict[str, bytes]:
    """What the auditor fetched from the makers' own domains."""
    found: dict[str, bytes] = {}
    for maker in MAKERS:
        keys = {each.name: each.multikey for each in story.keys.values() if each.did == maker}
        if story.seldom(0.4):
            document: Any = did.document(did=maker, methods=keys)
            if story.seldom(0.3) and keys:
                mutants.spoil(document, story.chance)
            found[maker] = canonical.encode(document)
    return found
