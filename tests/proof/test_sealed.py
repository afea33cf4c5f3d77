"""An evidence file holds what was filed, as it was filed: whatever is changed, a step finds it."""

from dataclasses import replace

import pytest

from passport.proof import archive, canonical, filing, kinds, leaf, seal, sealed
from passport.proof.bundle import RecordKey
from passport.proof.errors import BadEvidence
from passport.proof.report import ACCEPTED
from tests.filed import CELLMAKER, PROJECT, SERIALS, FiledProject, packed, sign, unpacked
from tests.simulated_log import AT, SERVICE, key_of, salt

CERTIFICATES = "06_certificates/signed/"


def check(files: dict[str, bytes], project: FiledProject) -> sealed.Sealed:
    return sealed.verify(packed(files), policy=project.policy())


def refused_at(step: int, files: dict[str, bytes], project: FiledProject) -> BadEvidence:
    with pytest.raises(BadEvidence) as refused:
        check(files, project)
    assert refused.value.step == step, refused.value.detail
    return refused.value


def test_a_true_file_passes_nine_steps():
    project = FiledProject().begin()
    found = check(project.file(), project)

    report = found.case.report
    assert [each.number for each in report.steps] == list(range(1, 10))
    assert (report.doubts, report.exit_code) == ([], ACCEPTED)
    assert {each.words for each in report.judgements} == {"VALID"}
    assert found.manifest.number == 1
    assert sorted(found.case.items) == ["urn:cell/CELL1", "urn:cell/CELL2"]


def test_a_later_file_stands_beside_the_one_before_and_both_verify():
    project = FiledProject().begin()
    first = project.file()
    project.files[SERIALS] += b"CELL9\n"
    second = project.file()

    assert check(first, project).manifest.number == 1
    found = check(second, project)
    assert found.manifest.number == 2
    assert found.manifest.previous == filing.digest(first["manifest.json"])
    assert check({**project.files, **second}, project).manifest == found.manifest


def test_a_file_without_items_or_attestations_is_one_too():
    project = FiledProject()
    project.files["01_project/project.json"] = b"{}"

    assert check(project.file(), project).case.report.judgements == []


ALTERED = {
    "a serial": (SERIALS, b"CELL3", b"CELL8"),
    "a figure": ("01_project/project.json", b"lake", b"lane"),
    "a certificate": ("", b"12-3456789", b"12-3456780"),
}


@pytest.mark.parametrize("case", ALTERED)
def test_an_altered_file_is_refused_at_step_2_by_its_name(case):
    project = FiledProject().begin()
    files = project.file()
    name, old, new = ALTERED[case]
    name = name or next(each for each in files if each.startswith(CERTIFICATES))
    assert old in files[name]

    refused = refused_at(2, files | {name: files[name].replace(old, new)}, project)

    assert name in refused.detail


def test_a_file_more_or_less_is_refused_at_step_2():
    project = FiledProject().begin()
    files = project.file()

    assert "extra" in refused_at(2, files | {"extra.txt": b""}, project).detail
    less = {name: data for name, data in files.items() if name != SERIALS}
    assert "missing" in refused_at(2, less, project).detail


def test_what_is_listed_anew_is_refused_by_the_log_at_step_4():
    project = FiledProject().begin()
    files = project.file()
    other = FiledProject(files=files | {SERIALS: b"CELL0\n"}).manifest()
    listed = {name: each for name, each in other.files.items() if name not in ("manifest.json",)}
    listed.pop("seal.json")
    forged = filing.encode(replace(other, files=listed))

    refused_at(4, files | {SERIALS: b"CELL0\n", "manifest.json": forged}, project)


def test_what_is_sealed_anew_by_another_key_is_refused_at_step_5():
    project = FiledProject().begin()
    project.world.record = key_of("record", SERVICE + "#record-2")
    files = project.file()
    project.world.record = key_of("record", SERVICE + "#record-1")

    refused_at(5, files, project)


def test_a_record_about_something_else_is_refused_at_step_5():
    project = FiledProject().begin()
    files = project.file()
    key = RecordKey(project.world.record.name, project.world.record.private_key)
    data = filing.encode(project.manifest())
    other = seal.assemble(
        manifest=filing.read(data), data=data, contents=project.contents(), key=key, at=AT
    )

    assert "not about" in refused_at(5, files | {"seal.json": other}, project).detail


def test_a_file_that_another_service_made_is_refused_at_step_5():
    project = FiledProject().begin()
    files = project.file(replace(project.manifest(), creator=CELLMAKER))

    assert "signed what" in refused_at(5, files, project).detail


def test_a_checkpoint_without_its_witnesses_is_refused_at_step_3():
    project = FiledProject().begin()
    files = project.file(checkpoint=project.world.signed_head([]))
    project.before.clear()

    head = project.world.signed_head(project.world.witnesses[:1])
    data = files["manifest.json"]
    refused_at(3, files | {"seal.json": project.seal(data, checkpoint=head)}, project)


def test_an_entry_left_out_is_refused_at_step_4():
    project = FiledProject().begin()
    first = project.file()
    second = project.file()
    data, own = second["manifest.json"], project.before
    shown = [each for each in range(len(project.world.entries)) if each != own[0]]
    dropped = project.seal(data, **project.world.shown(shown))
    assert "not show 2 files" in refused_at(4, second | {"seal.json": dropped}, project).detail

    nameless = dict(project.contents().salts)
    del nameless[PROJECT]
    unnamed = project.seal(data, salts=nameless)
    assert "name the project" in refused_at(4, second | {"seal.json": unnamed}, project).detail
    # The first file under a newer head shows the entry of the second one too.
    newer = check(first | {"seal.json": project.seal(first["manifest.json"])}, project)
    assert "1 came later" in newer.case.report.steps[3].found


def test_an_entry_of_the_project_that_is_of_no_file_is_refused_at_step_4():
    project = FiledProject().begin()
    project.before.append(project.world.enter("erasure", b"gone", None, [PROJECT]))

    assert "of no evidence file" in refused_at(4, project.file(), project).detail


def test_a_manifest_that_does_not_follow_the_one_before_is_refused_at_step_4():
    project = FiledProject().begin()
    project.file()
    strange = replace(project.manifest(), previous=salt("x") * 2)

    assert "another one before it" in refused_at(4, project.file(strange), project).detail


def test_a_chain_that_was_cut_and_grown_anew_is_refused_at_step_4():
    project = FiledProject().begin()
    project.file()
    manifest, world = filing.encode(project.manifest()), project.world
    true = leaf.decode(world.entries[project.before[0]])
    digest, previous = filing.digest(manifest), salt("another") * 2
    grown = replace(true, sequence=1, digest=digest, previous=previous)
    world.about[len(world.entries)] = [PROJECT]
    project.before.append(world.append(leaf.encode(grown), manifest, world.chains[PROJECT]))
    files = project.files | {"manifest.json": manifest, "seal.json": project.seal(manifest)}

    assert "do not follow" in refused_at(4, files, project).detail


def test_a_key_event_or_certificate_left_out_is_refused():
    project = FiledProject().begin()
    files = project.file()
    bare = project.seal(files["manifest.json"], documents=[])
    assert "is not shown" in refused_at(6, files | {"seal.json": bare}, project).detail

    strange = FiledProject().begin()
    strange.file_signed(CERTIFICATES, strange.certificate(note="never logged"))
    assert "No entry names" in refused_at(6, strange.file(), strange).detail


def test_a_certificate_that_another_signed_is_refused_at_step_7():
    project = FiledProject().begin()
    forged = sign(project.cellmaker, kinds.TEST, {"method": "x"})
    project.world.enter("attestation", forged, project.supplier.name, ["urn:x"])
    project.file_signed(CERTIFICATES, forged)

    refused_at(7, project.file(), project)


def test_an_item_of_another_batch_is_refused_at_step_8():
    project = FiledProject().begin()
    items = project.files[sealed.ITEMS]
    project.files[sealed.ITEMS] = items.replace(b'"index":1', b'"index":0')

    refused_at(8, project.file(), project)


def test_items_out_of_shape_and_signed_documents_out_of_size_are_refused_at_step_2(monkeypatch):
    project = FiledProject().begin()
    project.files[sealed.ITEMS] = b'[{"batch":1}]'
    refused_at(2, project.file(), project)

    other = FiledProject().begin()
    monkeypatch.setattr(sealed, "_MAX_SIGNED", 10)
    refused_at(2, other.file(), other)


def test_a_key_taken_back_is_a_doubt_not_a_refusal():
    project = FiledProject().begin()
    project.world.revoke(project.supplier, suspect_from=0)
    report = check(project.file(), project).case.report

    assert {each.kind: each.words for each in report.judgements}[kinds.FEOC] == "SUSPECT"
    assert report.exit_code == 1


def test_a_certificate_under_a_key_that_nobody_vouches_for_is_a_doubt():
    project = FiledProject().begin()
    found = sealed.verify(packed(project.file()), policy=project.world.policy(project.cellmaker))

    assert found.case.report.exit_code == 1


def test_every_flipped_byte_is_refused_with_a_step():
    project = FiledProject()
    project.files["01_project/project.json"] = canonical.encode({"name": "x"})
    data = packed(project.file())
    files = unpacked(data)
    policy = project.policy()

    for name in files:
        for place in range(0, len(files[name])):
            changed = bytearray(files[name])
            changed[place] ^= 1 << place % 7
            with pytest.raises(BadEvidence):
                sealed.verify(packed(files | {name: bytes(changed)}), policy=policy)


def test_what_is_no_archive_is_refused_at_step_1():
    project = FiledProject().begin()

    with pytest.raises(BadEvidence) as refused:
        sealed.verify(b"PK\x03\x04", policy=project.policy())
    assert refused.value.step == 1
    assert "no file manifest.json" in refused_at(1, {"a": b""}, project).detail
    assert archive.BEGINS == b"PK\x03\x04"
