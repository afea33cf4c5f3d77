"""A trust file says whom to trust; a line that cannot be read refuses the whole file."""

import pytest

from passport.proof import policy
from passport.proof.errors import BadPolicy, NoQuorum
from tests import simulator

LOG = simulator.key_of("log", simulator.ORIGIN).verifier
W = [simulator.key_of("witness", f"w{each}.example").verifier for each in range(4)]
ISSUER = simulator.key_of("issuer", simulator.CELLMAKER + "#key-1")
WITNESSES = "".join(f"witness w{n} {each.vkey}\n" for n, each in enumerate(W))
GROUPS = WITNESSES + "group x 2 w0 w1 w2\ngroup all all x w3\nquorum all\n"


def read(text: str) -> policy.Policy:
    return policy.parse(text.encode())


def test_reads_every_line_of_the_format():
    made = read(
        f"# whom I trust\n\n \tlog  {LOG.vkey}\thttps://log.example/\n"
        f"{GROUPS.replace(W[3].vkey, W[3].vkey + ' https://w3.example')}"
        f"issuer {ISSUER.did} {ISSUER.multikey}\nrecord {ISSUER.did} {ISSUER.multikey}\n"
    )

    assert made.logs == {simulator.ORIGIN: LOG}
    assert made.urls == {simulator.ORIGIN: "https://log.example/", "w3": "https://w3.example"}
    assert made.issuers == made.records == {(ISSUER.did, ISSUER.public_key)}


QUORUMS = {
    "two of three, and the fourth": ([0, 2, 3], True),
    "all": ([0, 1, 2, 3], True),
    "one of three, and the fourth": ([0, 3], False),
    "three without the fourth": ([0, 1, 2], False),
    "nobody": ([], False),
}


@pytest.mark.parametrize("case", QUORUMS)
def test_a_quorum_of_groups_counts(case):
    who, met = QUORUMS[case]
    made = read(GROUPS)

    if met:
        made.check_quorum({W[each] for each in who})
    else:
        with pytest.raises(NoQuorum):
            made.check_quorum({W[each] for each in who})


def test_no_quorum_is_met_by_nobody():
    read("quorum none\n").check_quorum(set())


REFUSED = {
    "an unknown line": "trust everybody\nquorum none\n",
    "no quorum": f"log {LOG.vkey}\n",
    "two quorums": "quorum none\nquorum none\n",
    "a quorum of somebody unknown": "quorum w9\n",
    "a quorum before its group": f"{WITNESSES}quorum g\ngroup g any w0\n",
    "a log's key as a witness": f"witness a {LOG.vkey}\nquorum a\n",
    "a witness's key as a log": f"log {W[0].vkey}\nquorum none\n",
    "a witness twice": f"{WITNESSES}witness again {W[0].vkey}\nquorum w0\n",
    "a log twice": f"log {LOG.vkey}\nlog {LOG.vkey}\nquorum none\n",
    "a name twice": f"{WITNESSES}group w0 any w1\nquorum w0\n",
    "a witness called none": f"witness none {W[0].vkey}\nquorum none\n",
    "a witness in two groups": f"{WITNESSES}group a any w0\ngroup b any w0\nquorum a\n",
    "a witness twice in a group": f"{WITNESSES}group a 2 w0 w0\nquorum a\n",
    "a group of itself": f"{WITNESSES}group a any a\nquorum a\n",
    "more than all": f"{WITNESSES}group a 3 w0 w1\nquorum a\n",
    "none of them": f"{WITNESSES}group a 0 w0 w1\nquorum a\n",
    "an empty group": f"{WITNESSES}group a any\nquorum none\n",
    "an issuer without key": f"issuer {ISSUER.did}\nquorum none\n",
    "an issuer with another method": f"issuer did:key:z {ISSUER.multikey}\nquorum none\n",
    "an issuer with a bad key": f"issuer {ISSUER.did} z6Mk\nquorum none\n",
    "Windows line ends": "quorum none\r\n",
    "a control character": "quorum\x00none\n",
    "bytes that are not UTF-8": b"quorum none\n# \xff\n",
    "too many lines": "\n" * 5000 + "quorum none\n",
    "a log line of four words": f"log {LOG.vkey} a b\nquorum none\n",
    "a witness line of one word": "witness a\nquorum none\n",
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case):
    text = REFUSED[case]

    with pytest.raises(BadPolicy):
        policy.parse(text if isinstance(text, bytes) else text.encode())
